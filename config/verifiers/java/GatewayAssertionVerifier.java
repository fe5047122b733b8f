import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Verifies the X-Gateway-Assertion that the gateway sends to a business system with every request. Java 17 or later, nothing
 * else. One per process, shared by its threads. How to use it, and what to refuse: README.md of the folder above.
 */
public final class GatewayAssertionVerifier {
  private static final int ASSERTION_LIMIT = 16_384;
  private static final Pattern COMPACT_JWS = Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*");
  private static final Pattern BASE64URL_OF_32_BYTES = Pattern.compile("[A-Za-z0-9_-]{43}");
  private static final int LIFETIME_LIMIT_S = 60;
  private static final double LAST_SECOND = 253_402_300_799.0; // of the year 9999

  /** Answer 401 and believe nothing in the request. {@link #code} says why and is safe to log. */
  public static final class Rejected extends Exception {
    private static final long serialVersionUID = 1L;
    public final String code;

    Rejected(String code) {
      super(code);
      this.code = code;
    }
  }

  /**
   * Who the gateway says the request is from; every field has been verified. Times are seconds since the epoch.
   *
   * @param subject the account's UUID, never reused: the key to store
   * @param unit null where the account belongs to none
   * @param assurance card, one-day-password or system
   * @param certificateSha256 base64url; null without a card
   * @param purpose null where none was declared; so is caseNumber
   */
  public record Identity(
      String subject, String name, String organization, String unit, List<String> roles,
      List<String> authenticationMethods, String assurance, long authenticatedAt, String sessionReference,
      String assertionId, long issuedAt, long expiresAt, String certificateSha256, String purpose, String caseNumber) {}

  private interface Keys {
    Map<String, ECPublicKey> keysFor(String kid) throws Rejected;
  }

  private final String issuer;
  private final String audience;
  private final Keys keys;
  private final int toleranceS;
  private final LongSupplier clock;

  private GatewayAssertionVerifier(String issuer, String audience, Keys keys, int toleranceS, LongSupplier clock) {
    if (toleranceS < 0 || toleranceS > 60) throw new IllegalArgumentException("toleranceS is 0 to 60 seconds.");
    this.issuer = issuer;
    this.audience = audience;
    this.keys = keys;
    this.toleranceS = toleranceS;
    this.clock = clock;
  }

  /** With the keys at {@code jwks} (the portal's /.well-known/jwks.json), and five seconds for clocks that differ. */
  public GatewayAssertionVerifier(String issuer, String audience, URI jwks) {
    this(issuer, audience, jwks, 5, () -> System.currentTimeMillis() / 1000);
  }

  /** @param clock seconds since the epoch */
  public GatewayAssertionVerifier(String issuer, String audience, URI jwks, int toleranceS, LongSupplier clock) {
    this(issuer, audience, new FetchedKeys(jwks, clock), toleranceS, clock);
  }

  /**
   * @param values all values of the field, {@code Collections.list(request.getHeaders("X-Gateway-Assertion"))}: exactly one
   * @throws Rejected for all that is not believed
   */
  public Identity verify(List<String> values) throws Rejected {
    if (values.isEmpty() || values.get(0) == null || values.get(0).isEmpty()) throw new Rejected("assertion-missing");
    if (values.size() > 1) throw new Rejected("assertion-repeated");
    String assertion = values.get(0);
    if (assertion.length() > ASSERTION_LIMIT || !COMPACT_JWS.matcher(assertion).matches()) {
      throw new Rejected("assertion-malformed");
    }
    String[] parts = assertion.split("\\.", -1);
    String kid = judgeHeader(readObject(parts[0]));
    ECPublicKey key = keys.keysFor(kid).get(kid);
    if (key == null) throw new Rejected("unknown-key");
    judgeSignature(key, parts[0] + "." + parts[1], decode(parts[2]));
    return judgeClaims(readObject(parts[1]));
  }

  /** The header only names the key: jku, x5u and jwk are not looked at, and ES256 is all that is ever computed. */
  private static String judgeHeader(Map<?, ?> header) throws Rejected {
    if (!"gateway-assertion+jwt".equals(header.get("typ"))) throw new Rejected("wrong-type");
    if (!"ES256".equals(header.get("alg"))) throw new Rejected("wrong-algorithm");
    if (header.containsKey("crit") || !(header.get("kid") instanceof String kid)) throw new Rejected("assertion-malformed");
    return kid;
  }

  private static void judgeSignature(ECPublicKey key, String signed, byte[] bytes) throws Rejected {
    if (bytes.length != 64) throw new Rejected("bad-signature");
    // Java 17.0.2 and older believe a signature of zeros (CVE-2022-21449).
    BigInteger order = key.getParams().getOrder();
    for (int start = 0; start < 64; start += 32) {
      BigInteger half = new BigInteger(1, bytes, start, 32);
      if (half.signum() == 0 || half.compareTo(order) >= 0) throw new Rejected("bad-signature");
    }
    try {
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initVerify(key);
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      if (!signature.verify(bytes)) throw new Rejected("bad-signature");
    } catch (SignatureException fault) {
      throw new Rejected("bad-signature");
    } catch (GeneralSecurityException fault) {
      throw new IllegalStateException(fault);
    }
  }

  private Identity judgeClaims(Map<?, ?> claims) throws Rejected {
    if (!issuer.equals(claims.get("iss"))) throw new Rejected("wrong-issuer");
    // Exactly one audience: a list that merely contains us would be good at another system too.
    if (!audience.equals(claims.get("aud"))) throw new Rejected("wrong-audience");
    long issuedAt = seconds(claims, "iat");
    long expiresAt = seconds(claims, "exp");
    long now = clock.getAsLong();
    if (expiresAt - issuedAt > LIFETIME_LIMIT_S) throw new Rejected("lifetime-too-long");
    if (expiresAt <= issuedAt) throw new Rejected("claim-invalid");
    if (issuedAt > now + toleranceS) throw new Rejected("not-yet-valid");
    if (now >= expiresAt + toleranceS) throw new Rejected("expired");
    String assurance = text(claims, "acr");
    if (!List.of("card", "one-day-password", "system").contains(assurance)) throw new Rejected("claim-invalid");
    boolean hasNoUnit = claims.containsKey("unit") && claims.get("unit") == null;
    return new Identity(
        text(claims, "sub"), text(claims, "name"), text(claims, "org"), hasNoUnit ? null : text(claims, "unit"),
        texts(claims, "roles"), texts(claims, "amr"), assurance, seconds(claims, "auth_time"), text(claims, "sid"),
        text(claims, "jti"), issuedAt, expiresAt, certificate(claims, assurance),
        claims.containsKey("purpose") ? text(claims, "purpose") : null,
        claims.containsKey("case") ? text(claims, "case") : null);
  }

  private static String text(Map<?, ?> claims, String claim) throws Rejected {
    if (claims.get(claim) instanceof String text && !text.isEmpty()) return text;
    throw new Rejected("claim-invalid");
  }

  private static List<String> texts(Map<?, ?> claims, String claim) throws Rejected {
    if (!(claims.get(claim) instanceof List<?> values) || values.isEmpty()) throw new Rejected("claim-invalid");
    List<String> texts = new ArrayList<>();
    for (Object value : values) {
      if (!(value instanceof String text) || text.isEmpty()) throw new Rejected("claim-invalid");
      texts.add(text);
    }
    return List.copyOf(texts);
  }

  private static long seconds(Map<?, ?> claims, String claim) throws Rejected {
    if (claims.get(claim) instanceof Double value && value > 0 && value <= LAST_SECOND && value % 1 == 0) return value.longValue();
    throw new Rejected("claim-invalid");
  }

  private static String certificate(Map<?, ?> claims, String assurance) throws Rejected {
    if (!claims.containsKey("cnf") && !assurance.equals("card")) return null;
    if (claims.get("cnf") instanceof Map<?, ?> confirmation
        && confirmation.get("x5t#S256") instanceof String thumbprint
        && BASE64URL_OF_32_BYTES.matcher(thumbprint).matches()) return thumbprint;
    throw new Rejected("claim-invalid");
  }

  private static byte[] decode(String part) throws Rejected {
    try {
      return Base64.getUrlDecoder().decode(part);
    } catch (IllegalArgumentException fault) {
      throw new Rejected("assertion-malformed");
    }
  }

  private static Map<?, ?> readObject(String part) throws Rejected {
    try {
      if (Json.read(decode(part)) instanceof Map<?, ?> members) return members;
    } catch (CharacterCodingException | IllegalArgumentException fault) {
      // falls through
    }
    throw new Rejected("assertion-malformed");
  }

  /** Keys that are fetched when first needed, kept, and fetched again for a kid that is not among them. */
  private static final class FetchedKeys implements Keys {
    private static final int FRESH_S = 600; // after this a known key is asked for again, so that a withdrawn one is noticed
    private static final int STALE_S = 3_600; // keys that could not be asked for again are believed this long
    private static final int COOLDOWN_S = 30; // made-up kids fetch the key set no more often than this
    private static final int RETRY_S = 5; // nor do requests that come while there are no keys at all
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final int LIMIT_BYTES = 65_536;

    private record Held(Map<String, ECPublicKey> keys, long fetchedAt) {}

    private final HttpClient client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).connectTimeout(DEADLINE).build();
    private final URI url;
    private final LongSupplier clock;
    private volatile Held held = new Held(Map.of(), 0);
    private volatile long triedAt = 0;

    FetchedKeys(URI url, LongSupplier clock) {
      boolean isLoopback = "http".equals(url.getScheme()) && "127.0.0.1".equals(url.getHost());
      if (!"https".equals(url.getScheme()) && !isLoopback) throw new IllegalArgumentException("The key set is fetched over https.");
      this.url = url;
      this.clock = clock;
    }

    @Override
    public Map<String, ECPublicKey> keysFor(String kid) throws Rejected {
      if (needsFetch(kid)) {
        synchronized (this) {
          if (needsFetch(kid)) fetchAgain();
        }
      }
      Held now = held;
      if (!isYounger(now.fetchedAt(), STALE_S)) throw new Rejected("keys-unavailable");
      return now.keys();
    }

    private boolean needsFetch(String kid) {
      Held now = held;
      if (isYounger(now.fetchedAt(), FRESH_S) && now.keys().containsKey(kid)) return false;
      return !isYounger(triedAt, isYounger(now.fetchedAt(), STALE_S) ? COOLDOWN_S : RETRY_S);
    }

    /** What is from the future is of a clock that was ahead: nobody knows how old it is. */
    private boolean isYounger(long since, int limit) {
      long age = clock.getAsLong() - since;
      return age >= 0 && age < limit;
    }

    private void fetchAgain() {
      // Taken before the answer comes: a key that was withdrawn meanwhile is not believed longer for it.
      long startedAt = clock.getAsLong();
      triedAt = startedAt;
      HttpRequest request = HttpRequest.newBuilder(url).timeout(DEADLINE).header("Accept", "application/json").build();
      try {
        HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
          // The timeout of the request ends with the head; a body that stands still would hold all threads for ever.
          CompletableFuture.delayedExecutor(DEADLINE.toSeconds(), TimeUnit.SECONDS).execute(() -> close(body));
          byte[] bytes = body.readNBytes(LIMIT_BYTES + 1);
          if (response.statusCode() != 200 || bytes.length > LIMIT_BYTES) return;
          held = new Held(importKeys(Json.read(bytes)), startedAt);
        }
      } catch (IOException | IllegalArgumentException fault) {
        return; // the keys at hand serve until they are stale
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void close(InputStream body) {
    try {
      body.close();
    } catch (IOException fault) {
      // it was read no further in any case
    }
  }

  /** The P-256 signature keys by kid; of two named alike the first, and none that is no point of the curve. */
  private static Map<String, ECPublicKey> importKeys(Object keySet) {
    if (!(keySet instanceof Map<?, ?> set) || !(set.get("keys") instanceof List<?> jwks)) {
      throw new IllegalArgumentException("The key set is not a JSON Web Key Set.");
    }
    Map<String, ECPublicKey> keys = new HashMap<>();
    for (Object item : jwks) {
      if (!(item instanceof Map<?, ?> jwk) || !"EC".equals(jwk.get("kty")) || !"P-256".equals(jwk.get("crv"))) continue;
      if (jwk.containsKey("use") && !"sig".equals(jwk.get("use"))) continue;
      if (jwk.containsKey("alg") && !"ES256".equals(jwk.get("alg"))) continue;
      if (!(jwk.get("kid") instanceof String kid) || !(jwk.get("x") instanceof String x) || !(jwk.get("y") instanceof String y)) continue;
      if (!BASE64URL_OF_32_BYTES.matcher(x).matches() || !BASE64URL_OF_32_BYTES.matcher(y).matches()) continue;
      try {
        ECPublicKey key = importPoint(new ECPoint(coordinate(x), coordinate(y)));
        if (key != null) keys.putIfAbsent(kid, key);
      } catch (GeneralSecurityException | IllegalArgumentException fault) {
        continue;
      }
    }
    return Map.copyOf(keys);
  }

  private static BigInteger coordinate(String text) {
    return new BigInteger(1, Base64.getUrlDecoder().decode(text));
  }

  /** Null for a point that is not on P-256: KeyFactory takes any. */
  private static ECPublicKey importPoint(ECPoint point) throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec("secp256r1"));
    ECParameterSpec p256 = parameters.getParameterSpec(ECParameterSpec.class);
    BigInteger p = ((java.security.spec.ECFieldFp) p256.getCurve().getField()).getP();
    BigInteger x = point.getAffineX();
    BigInteger y = point.getAffineY();
    BigInteger right = x.pow(3).add(p256.getCurve().getA().multiply(x)).add(p256.getCurve().getB()).mod(p);
    if (x.compareTo(p) >= 0 || y.compareTo(p) >= 0 || !y.pow(2).mod(p).equals(right)) return null;
    return (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, p256));
  }

  /** RFC 8259, strictly: objects as Map (of members named alike the last), lists, String, Double, Boolean, null. */
  private static final class Json {
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
    private static final int DEPTH_LIMIT = 64;
    private final String text;
    private int at = 0;

    private Json(String text) {
      this.text = text;
    }

    /** @throws IllegalArgumentException for what is no JSON */
    static Object read(byte[] bytes) throws CharacterCodingException {
      Json json = new Json(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
      Object value = json.value(0);
      json.peek();
      if (json.at < json.text.length()) throw new IllegalArgumentException("more follows");
      return value;
    }

    /** The next character that is no white space, 0 at the end. */
    private char peek() {
      while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) at += 1;
      return at < text.length() ? text.charAt(at) : 0;
    }

    private boolean takes(char wanted) {
      if (peek() != wanted || at >= text.length()) return false;
      at += 1;
      return true;
    }

    private void expect(char wanted) {
      if (!takes(wanted)) throw new IllegalArgumentException(wanted + " expected at " + at);
    }

    private Object value(int depth) {
      if (depth > DEPTH_LIMIT) throw new IllegalArgumentException("too deep");
      if (peek() == '"') return string();
      if (takes('{')) {
        Map<String, Object> members = new HashMap<>();
        if (takes('}')) return members;
        do {
          peek();
          String name = string();
          expect(':');
          members.put(name, value(depth + 1));
        } while (takes(','));
        expect('}');
        return members;
      }
      if (takes('[')) {
        List<Object> items = new ArrayList<>();
        if (takes(']')) return items;
        do items.add(value(depth + 1));
        while (takes(','));
        expect(']');
        return items;
      }
      Matcher number = NUMBER.matcher(text).region(at, text.length());
      if (number.lookingAt()) {
        at = number.end();
        return Double.valueOf(number.group());
      }
      if (takesWord("true")) return Boolean.TRUE;
      if (takesWord("false")) return Boolean.FALSE;
      if (takesWord("null")) return null;
      throw new IllegalArgumentException("no value at " + at);
    }

    private boolean takesWord(String word) {
      if (!text.startsWith(word, at)) return false;
      at += word.length();
      return true;
    }

    private String string() {
      StringBuilder read = new StringBuilder();
      expect('"');
      for (char next = character(); next != '"'; next = character()) {
        if (next < ' ') throw new IllegalArgumentException("a control character");
        read.append(next == '\\' ? escaped(character()) : next);
      }
      // Of half a surrogate pair no UTF-8 can be made: it would fail later, in the system's database.
      if (!StandardCharsets.UTF_8.newEncoder().canEncode(read)) throw new IllegalArgumentException("half a character");
      return read.toString();
    }

    private char character() {
      if (at >= text.length()) throw new IllegalArgumentException("ends in a string");
      return text.charAt(at++);
    }

    private char escaped(char letter) {
      int plain = "\"\\/bfnrt".indexOf(letter);
      if (plain >= 0) return "\"\\/\b\f\n\r\t".charAt(plain);
      if (letter != 'u' || at + 4 > text.length() || !text.substring(at, at + 4).matches("[0-9A-Fa-f]{4}")) {
        throw new IllegalArgumentException("no escape");
      }
      at += 4;
      return (char) Integer.parseInt(text.substring(at - 4, at), 16);
    }

    static String write(Object value) {
      if (value instanceof String text) {
        StringBuilder written = new StringBuilder("\"");
        for (char next : text.toCharArray()) {
          written.append(next < ' ' || next > '~' || next == '"' || next == '\\' ? String.format("\\u%04x", (int) next) : next);
        }
        return written.append('"').toString();
      }
      if (value instanceof List<?> items) return "[" + String.join(",", items.stream().map(Json::write).toList()) + "]";
      return String.valueOf(value);
    }
  }

  /** For tests: judges lines of {id, jwks, issuer, audience, now, assertion}, answers each with {id, ok, …}. */
  public static void main(String[] arguments) throws IOException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    long[] now = {0};
    Map<Object, GatewayAssertionVerifier> verifiers = new HashMap<>();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Map<?, ?> asked = (Map<?, ?>) Json.read(line.getBytes(StandardCharsets.UTF_8));
      now[0] = ((Double) asked.get("now")).longValue();
      LongSupplier clock = () -> now[0];
      Object jwks = asked.get("jwks");
      GatewayAssertionVerifier verifier = verifiers.computeIfAbsent(jwks, source -> {
        Map<String, ECPublicKey> given = source instanceof String ? Map.of() : importKeys(source);
        Keys keys = source instanceof String url ? new FetchedKeys(URI.create(url), clock) : kid -> given;
        return new GatewayAssertionVerifier((String) asked.get("issuer"), (String) asked.get("audience"), keys, 5, clock);
      });
      String answer;
      try {
        Identity who = verifier.verify(List.of((String) asked.get("assertion")));
        answer = "true,\"subject\":" + Json.write(who.subject()) + ",\"name\":" + Json.write(who.name())
            + ",\"roles\":" + Json.write(who.roles()) + ",\"unit\":" + Json.write(who.unit())
            + ",\"assurance\":" + Json.write(who.assurance()) + ",\"expiresAt\":" + who.expiresAt()
            + ",\"case\":" + Json.write(who.caseNumber());
      } catch (Rejected rejected) {
        answer = "false,\"code\":" + Json.write(rejected.code);
      }
      answers.println("{\"id\":" + Json.write(asked.get("id")) + ",\"ok\":" + answer + "}");
    }
  }
}
