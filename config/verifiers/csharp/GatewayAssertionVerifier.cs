// NOT TESTED: this file follows the Java verifier beside it line by line, but no .NET ran in the product's tests.
// Run the vectors of test/verifier against it before you rely on it.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;

namespace MoicaGateway;

/// <summary>Answer 401 and believe nothing in the request. Code says why and is safe to log.</summary>
public sealed class AssertionRejectedException(string code) : Exception(code)
{
    public string Code { get; } = code;
}

/// <summary>
/// Who the gateway says the request is from; every field has been verified. Times are seconds since the epoch.
/// Subject: the account's UUID, never reused: the key to store. Assurance: card, one-day-password or system.
/// </summary>
public sealed record VerifiedIdentity(
    string Subject, string Name, string Organization, string? Unit, IReadOnlyList<string> Roles,
    IReadOnlyList<string> AuthenticationMethods, string Assurance, long AuthenticatedAt, string SessionReference,
    string AssertionId, long IssuedAt, long ExpiresAt, string? CertificateSha256, string? Purpose, string? CaseNumber);

/// <summary>
/// Verifies the X-Gateway-Assertion that the gateway sends with every request. .NET 8 or later, nothing else.
/// One per process (a singleton). How to use it, and what to refuse: README.md of the folder above.
/// </summary>
public sealed class GatewayAssertionVerifier
{
    private const int AssertionLimit = 16_384;
    private const int LifetimeLimitS = 60;
    private const double LastSecond = 253_402_300_799; // of the year 9999
    // \z: $ would let a newline follow.
    private static readonly Regex CompactJws = new(@"\A[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\z");
    private static readonly Regex Base64UrlOf32Bytes = new(@"\A[A-Za-z0-9_-]{43}\z");
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly string _issuer;
    private readonly string _audience;
    private readonly int _toleranceS;
    private readonly Func<long> _clock;
    private readonly FetchedKeys _keys;

    /// <param name="jwks">the portal's /.well-known/jwks.json</param>
    /// <param name="clock">seconds since the epoch; default: the machine's</param>
    public GatewayAssertionVerifier(string issuer, string audience, Uri jwks, int toleranceS = 5, Func<long>? clock = null)
    {
        if (toleranceS is < 0 or > 60) throw new ArgumentOutOfRangeException(nameof(toleranceS), "0 to 60 seconds");
        _issuer = issuer;
        _audience = audience;
        _toleranceS = toleranceS;
        _clock = clock ?? (() => DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        _keys = new FetchedKeys(jwks, _clock);
    }

    /// <param name="values">Request.Headers["X-Gateway-Assertion"] of ASP.NET Core: exactly one</param>
    /// <exception cref="AssertionRejectedException">for all that is not believed</exception>
    public async Task<VerifiedIdentity> VerifyAsync(IReadOnlyList<string?> values)
    {
        if (values.Count == 0 || string.IsNullOrEmpty(values[0])) throw new AssertionRejectedException("assertion-missing");
        if (values.Count > 1) throw new AssertionRejectedException("assertion-repeated");
        var assertion = values[0]!;
        if (assertion.Length > AssertionLimit || !CompactJws.IsMatch(assertion))
            throw new AssertionRejectedException("assertion-malformed");
        var parts = assertion.Split('.');
        var kid = JudgeHeader(ReadObject(parts[0]));
        var key = await _keys.FindAsync(kid);
        JudgeSignature(key, Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Decode(parts[2]));
        return JudgeClaims(ReadObject(parts[1]));
    }

    /// <summary>The header only names the key: jku, x5u and jwk are not looked at, and ES256 is all that is ever computed.</summary>
    private static string JudgeHeader(JsonElement header)
    {
        if (OptionalText(header, "typ") != "gateway-assertion+jwt") throw new AssertionRejectedException("wrong-type");
        if (OptionalText(header, "alg") != "ES256") throw new AssertionRejectedException("wrong-algorithm");
        if (header.TryGetProperty("crit", out _)) throw new AssertionRejectedException("assertion-malformed");
        return OptionalText(header, "kid") ?? throw new AssertionRejectedException("assertion-malformed");
    }

    private static void JudgeSignature(ECParameters parameters, byte[] signed, byte[] signature)
    {
        if (signature.Length != 64) throw new AssertionRejectedException("bad-signature");
        using var key = ECDsa.Create(parameters);
        if (!key.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation))
            throw new AssertionRejectedException("bad-signature");
    }

    private VerifiedIdentity JudgeClaims(JsonElement claims)
    {
        if (OptionalText(claims, "iss") != _issuer) throw new AssertionRejectedException("wrong-issuer");
        // Exactly one audience: a list that merely contains us would be good at another system too.
        if (OptionalText(claims, "aud") != _audience) throw new AssertionRejectedException("wrong-audience");
        var issuedAt = Seconds(claims, "iat");
        var expiresAt = Seconds(claims, "exp");
        var now = _clock();
        if (expiresAt - issuedAt > LifetimeLimitS) throw new AssertionRejectedException("lifetime-too-long");
        if (expiresAt <= issuedAt) throw ClaimInvalid();
        if (issuedAt > now + _toleranceS) throw new AssertionRejectedException("not-yet-valid");
        if (now >= expiresAt + _toleranceS) throw new AssertionRejectedException("expired");
        var assurance = Text(claims, "acr");
        if (assurance is not ("card" or "one-day-password" or "system")) throw ClaimInvalid();
        var hasNoUnit = claims.TryGetProperty("unit", out var unit) && unit.ValueKind == JsonValueKind.Null;
        return new VerifiedIdentity(
            Text(claims, "sub"), Text(claims, "name"), Text(claims, "org"), hasNoUnit ? null : Text(claims, "unit"),
            Texts(claims, "roles"), Texts(claims, "amr"), assurance, Seconds(claims, "auth_time"), Text(claims, "sid"),
            Text(claims, "jti"), issuedAt, expiresAt, Certificate(claims, assurance),
            claims.TryGetProperty("purpose", out _) ? Text(claims, "purpose") : null,
            claims.TryGetProperty("case", out _) ? Text(claims, "case") : null);
    }

    private static AssertionRejectedException ClaimInvalid() => new("claim-invalid");

    private static string? OptionalText(JsonElement members, string name) =>
        members.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? Characters(value) : null;

    /// <summary>Half a surrogate pair is no text: GetString throws InvalidOperationException for it.</summary>
    private static string? Characters(JsonElement text)
    {
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            throw new AssertionRejectedException("assertion-malformed");
        }
    }

    private static string Text(JsonElement claims, string claim) =>
        OptionalText(claims, claim) is { Length: > 0 } text ? text : throw ClaimInvalid();

    private static IReadOnlyList<string> Texts(JsonElement claims, string claim)
    {
        if (!claims.TryGetProperty(claim, out var value) || value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
            throw ClaimInvalid();
        return value.EnumerateArray()
            .Select(item => item.ValueKind == JsonValueKind.String && Characters(item) is { Length: > 0 } text ? text : throw ClaimInvalid())
            .ToArray();
    }

    private static long Seconds(JsonElement claims, string claim)
    {
        if (!claims.TryGetProperty(claim, out var value) || value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var seconds))
            throw ClaimInvalid();
        return seconds is > 0 and <= LastSecond && seconds % 1 == 0 ? (long)seconds : throw ClaimInvalid();
    }

    private static string? Certificate(JsonElement claims, string assurance)
    {
        if (!claims.TryGetProperty("cnf", out var confirmation) && assurance != "card") return null;
        var thumbprint = confirmation.ValueKind == JsonValueKind.Object ? OptionalText(confirmation, "x5t#S256") : null;
        return thumbprint is not null && Base64UrlOf32Bytes.IsMatch(thumbprint) ? thumbprint : throw ClaimInvalid();
    }

    private static byte[] Decode(string part)
    {
        try
        {
            return Convert.FromBase64String(part.Replace('-', '+').Replace('_', '/') + new string('=', (4 - part.Length % 4) % 4));
        }
        catch (FormatException)
        {
            throw new AssertionRejectedException("assertion-malformed");
        }
    }

    private static JsonElement ReadObject(string part)
    {
        try
        {
            using var document = JsonDocument.Parse(StrictUtf8.GetString(Decode(part)));
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document.RootElement.Clone();
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException)
        {
            // falls through
        }
        throw new AssertionRejectedException("assertion-malformed");
    }

    /// <summary>Keys that are fetched when first needed, kept, and fetched again for a kid that is not among them.</summary>
    private sealed class FetchedKeys
    {
        private const int FreshS = 600; // after this a known key is asked for again, so that a withdrawn one is noticed
        private const int StaleS = 3_600; // keys that could not be asked for again are believed this long
        private const int CooldownS = 30; // made-up kids fetch the key set no more often than this
        private const int RetryS = 5; // nor do requests that come while there are no keys at all

        private sealed record Held(IReadOnlyDictionary<string, ECParameters> Keys, long FetchedAt);

        private readonly HttpClient _client = new(new HttpClientHandler { AllowAutoRedirect = false })
        {
            Timeout = TimeSpan.FromSeconds(5),
            MaxResponseContentBufferSize = 65_536,
        };
        private readonly SemaphoreSlim _oneAtATime = new(1);
        private readonly Uri _url;
        private readonly Func<long> _clock;
        private volatile Held _held = new(new Dictionary<string, ECParameters>(), 0);
        private long _triedAt;

        public FetchedKeys(Uri url, Func<long> clock)
        {
            if (url.Scheme != Uri.UriSchemeHttps && url.Host != "127.0.0.1") throw new ArgumentException("The key set is fetched over https.");
            _url = url;
            _clock = clock;
        }

        public async Task<ECParameters> FindAsync(string kid)
        {
            if (NeedsFetch(kid))
            {
                await _oneAtATime.WaitAsync();
                try
                {
                    if (NeedsFetch(kid)) await FetchAgainAsync();
                }
                finally
                {
                    _oneAtATime.Release();
                }
            }
            var held = _held;
            if (!IsYounger(held.FetchedAt, StaleS)) throw new AssertionRejectedException("keys-unavailable");
            return held.Keys.TryGetValue(kid, out var key) ? key : throw new AssertionRejectedException("unknown-key");
        }

        private bool NeedsFetch(string kid)
        {
            var held = _held;
            if (IsYounger(held.FetchedAt, FreshS) && held.Keys.ContainsKey(kid)) return false;
            return !IsYounger(Interlocked.Read(ref _triedAt), IsYounger(held.FetchedAt, StaleS) ? CooldownS : RetryS);
        }

        /// <summary>What is from the future is of a clock that was ahead: nobody knows how old it is.</summary>
        private bool IsYounger(long since, long limit)
        {
            var age = _clock() - since;
            return age >= 0 && age < limit;
        }

        private async Task FetchAgainAsync()
        {
            // Taken before the answer comes: a key that was withdrawn meanwhile is not believed longer for it.
            var startedAt = _clock();
            Interlocked.Exchange(ref _triedAt, startedAt);
            try
            {
                using var response = await _client.GetAsync(_url);
                if ((int)response.StatusCode != 200) return;
                using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
                _held = new Held(Import(document.RootElement), startedAt);
            }
            catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException or JsonException or FormatException or AssertionRejectedException)
            {
                // The keys at hand serve until they are stale.
            }
        }

        /// <summary>The P-256 signature keys by kid; of two named alike the first, and none that is no point of the curve.</summary>
        private static Dictionary<string, ECParameters> Import(JsonElement set)
        {
            if (set.ValueKind != JsonValueKind.Object || !set.TryGetProperty("keys", out var jwks) || jwks.ValueKind != JsonValueKind.Array)
                throw new FormatException("The key set is not a JSON Web Key Set.");
            var keys = new Dictionary<string, ECParameters>();
            foreach (var jwk in jwks.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object))
            {
                if (OptionalText(jwk, "kty") != "EC" || OptionalText(jwk, "crv") != "P-256") continue;
                if (jwk.TryGetProperty("use", out _) && OptionalText(jwk, "use") != "sig") continue;
                if (jwk.TryGetProperty("alg", out _) && OptionalText(jwk, "alg") != "ES256") continue;
                if (OptionalText(jwk, "kid") is not { } kid || OptionalText(jwk, "x") is not { } x || OptionalText(jwk, "y") is not { } y) continue;
                if (!Base64UrlOf32Bytes.IsMatch(x) || !Base64UrlOf32Bytes.IsMatch(y)) continue;
                var key = new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = Decode(x), Y = Decode(y) } };
                try
                {
                    using var _ = ECDsa.Create(key); // refuses a point off the curve
                    keys.TryAdd(kid, key);
                }
                catch (CryptographicException)
                {
                }
            }
            return keys;
        }
    }
}
