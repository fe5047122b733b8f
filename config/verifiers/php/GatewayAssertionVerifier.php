<?php

declare(strict_types=1);

/**
 * Verifies the X-Gateway-Assertion that the gateway sends to a business system with every request.
 *
 * PHP 8.1 or later with the extensions openssl and json. How to use it, and what to refuse: README.md of the folder above.
 */

namespace MoicaGateway;

/** Answer 401 and believe nothing in the request. The message is the code that says why; it is safe to log. */
final class AssertionRejected extends \Exception
{
}

/** Who the gateway says the request is from; every field has been verified. Times are seconds since the epoch. */
final class VerifiedIdentity
{
    /**
     * @param string $subject the account's UUID, never reused: the key to store
     * @param list<string> $roles
     * @param list<string> $authenticationMethods
     * @param string $assurance card, one-day-password or system
     * @param ?string $certificateSha256 base64url; null without a card
     */
    public function __construct(
        public readonly string $subject,
        public readonly string $name,
        public readonly string $organization,
        public readonly ?string $unit,
        public readonly array $roles,
        public readonly array $authenticationMethods,
        public readonly string $assurance,
        public readonly int $authenticatedAt,
        public readonly string $sessionReference,
        public readonly string $assertionId,
        public readonly int $issuedAt,
        public readonly int $expiresAt,
        public readonly ?string $certificateSha256,
        public readonly ?string $purpose,
        public readonly ?string $caseNumber,
    ) {
    }
}

final class AssertionVerifier
{
    private const ASSERTION_LIMIT = 16_384;
    private const LIFETIME_LIMIT_S = 60;
    /** Of the year 9999. */
    private const LAST_SECOND = 253_402_300_799;

    /**
     * @param KeySet|array<string, \OpenSSLAsymmetricKey> $keys where the keys come from; an array: keys by kid
     * @param ?\Closure(): int $clock seconds since the epoch
     */
    public function __construct(
        private readonly string $issuer,
        private readonly string $audience,
        private readonly KeySet|array $keys,
        private readonly int $toleranceS = 5,
        private readonly ?\Closure $clock = null,
    ) {
        if ($toleranceS < 0 || $toleranceS > 60) {
            throw new \RangeException('toleranceS is 0 to 60 seconds.');
        }
    }

    /**
     * @param ?string $assertion $_SERVER['HTTP_X_GATEWAY_ASSERTION'] ?? null
     * @throws AssertionRejected for all that is not believed
     */
    public function verify(?string $assertion): VerifiedIdentity
    {
        if ($assertion === null || $assertion === '') {
            throw new AssertionRejected('assertion-missing');
        }
        // D: without it a newline may follow the end.
        if (
            strlen($assertion) > self::ASSERTION_LIMIT
            || preg_match('/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/D', $assertion) !== 1
        ) {
            throw new AssertionRejected('assertion-malformed');
        }
        [$header, $payload, $signature] = explode('.', $assertion);
        $key = $this->findKey(self::judgeHeader(self::readObject($header)));
        self::judgeSignature($key, "$header.$payload", self::decode($signature));
        return $this->judgeClaims(self::readObject($payload));
    }

    /** The header only names the key: jku, x5u and jwk are not looked at, and ES256 is all that is ever computed. */
    private static function judgeHeader(array $header): string
    {
        if (($header['typ'] ?? null) !== 'gateway-assertion+jwt') {
            throw new AssertionRejected('wrong-type');
        }
        if (($header['alg'] ?? null) !== 'ES256') {
            throw new AssertionRejected('wrong-algorithm');
        }
        if (array_key_exists('crit', $header) || !is_string($header['kid'] ?? null)) {
            throw new AssertionRejected('assertion-malformed');
        }
        return $header['kid'];
    }

    private function findKey(string $kid): \OpenSSLAsymmetricKey
    {
        $keys = is_array($this->keys) ? $this->keys : $this->keys->keysFor($kid, $this->now());
        return $keys[$kid] ?? throw new AssertionRejected('unknown-key');
    }

    private static function judgeSignature(\OpenSSLAsymmetricKey $key, string $signed, string $signature): void
    {
        if (strlen($signature) !== 64) {
            throw new AssertionRejected('bad-signature');
        }
        // JWS has r and s one behind the other (RFC 7518 section 3.4), OpenSSL wants them in DER.
        $integers = '';
        foreach (str_split($signature, 32) as $integer) {
            $integer = ltrim($integer, "\0");
            if ($integer === '' || ord($integer[0]) >= 0x80) {
                $integer = "\0$integer";
            }
            $integers .= "\x02" . chr(strlen($integer)) . $integer;
        }
        // 0 is a wrong signature, -1 and false are faults: only 1 is a yes.
        if (openssl_verify($signed, "\x30" . chr(strlen($integers)) . $integers, $key, OPENSSL_ALGO_SHA256) !== 1) {
            throw new AssertionRejected('bad-signature');
        }
    }

    private function judgeClaims(array $claims): VerifiedIdentity
    {
        if (($claims['iss'] ?? null) !== $this->issuer) {
            throw new AssertionRejected('wrong-issuer');
        }
        // Exactly one audience: a list that merely contains us would be good at another system too.
        if (($claims['aud'] ?? null) !== $this->audience) {
            throw new AssertionRejected('wrong-audience');
        }
        $issuedAt = self::seconds($claims, 'iat');
        $expiresAt = self::seconds($claims, 'exp');
        if ($expiresAt - $issuedAt > self::LIFETIME_LIMIT_S) {
            throw new AssertionRejected('lifetime-too-long');
        }
        if ($expiresAt <= $issuedAt) {
            throw new AssertionRejected('claim-invalid');
        }
        if ($issuedAt > $this->now() + $this->toleranceS) {
            throw new AssertionRejected('not-yet-valid');
        }
        if ($this->now() >= $expiresAt + $this->toleranceS) {
            throw new AssertionRejected('expired');
        }
        $assurance = self::text($claims, 'acr');
        if (!in_array($assurance, ['card', 'one-day-password', 'system'], true)) {
            throw new AssertionRejected('claim-invalid');
        }
        $hasNoUnit = array_key_exists('unit', $claims) && $claims['unit'] === null;
        return new VerifiedIdentity(
            subject: self::text($claims, 'sub'),
            name: self::text($claims, 'name'),
            organization: self::text($claims, 'org'),
            unit: $hasNoUnit ? null : self::text($claims, 'unit'),
            roles: self::texts($claims, 'roles'),
            authenticationMethods: self::texts($claims, 'amr'),
            assurance: $assurance,
            authenticatedAt: self::seconds($claims, 'auth_time'),
            sessionReference: self::text($claims, 'sid'),
            assertionId: self::text($claims, 'jti'),
            issuedAt: $issuedAt,
            expiresAt: $expiresAt,
            certificateSha256: self::certificate($claims, $assurance),
            purpose: array_key_exists('purpose', $claims) ? self::text($claims, 'purpose') : null,
            caseNumber: array_key_exists('case', $claims) ? self::text($claims, 'case') : null,
        );
    }

    private static function text(array $claims, string $claim): string
    {
        $value = $claims[$claim] ?? null;
        return is_string($value) && $value !== '' ? $value : throw new AssertionRejected('claim-invalid');
    }

    /** @return list<string> */
    private static function texts(array $claims, string $claim): array
    {
        $value = $claims[$claim] ?? null;
        if (!is_array($value) || $value === []) {
            throw new AssertionRejected('claim-invalid');
        }
        foreach ($value as $item) {
            if (!is_string($item) || $item === '') {
                throw new AssertionRejected('claim-invalid');
            }
        }
        return $value;
    }

    private static function seconds(array $claims, string $claim): int
    {
        $value = $claims[$claim] ?? null;
        if ((!is_int($value) && !is_float($value)) || !($value > 0 && $value <= self::LAST_SECOND) || floor($value) != $value) {
            throw new AssertionRejected('claim-invalid');
        }
        return (int) $value;
    }

    private static function certificate(array $claims, string $assurance): ?string
    {
        if (!array_key_exists('cnf', $claims) && $assurance !== 'card') {
            return null;
        }
        $confirmation = $claims['cnf'] ?? null;
        $thumbprint = $confirmation instanceof \stdClass ? ($confirmation->{'x5t#S256'} ?? null) : null;
        if (!is_string($thumbprint) || preg_match('/^[A-Za-z0-9_-]{43}$/D', $thumbprint) !== 1) {
            throw new AssertionRejected('claim-invalid');
        }
        return $thumbprint;
    }

    /** Members of a JSON object; objects inside stay objects, so that a list is never taken for one. */
    private static function readObject(string $part): array
    {
        $value = json_decode(self::decode($part), false, 64);
        return $value instanceof \stdClass ? get_object_vars($value) : throw new AssertionRejected('assertion-malformed');
    }

    private static function decode(string $part): string
    {
        $bytes = strlen($part) % 4 === 1 ? false : base64_decode(strtr($part, '-_', '+/'), true);
        return $bytes === false ? throw new AssertionRejected('assertion-malformed') : $bytes;
    }

    private function now(): int
    {
        return $this->clock === null ? time() : ($this->clock)();
    }
}

/** The portal's keys: fetched when first needed, kept in a file, and fetched again for a kid that is not among them. */
final class KeySet
{
    /** After this a known key is asked for again, so that a withdrawn one is noticed. */
    private const FRESH_S = 600;
    /** Keys that could not be asked for again are believed this long. */
    private const STALE_S = 3_600;
    /** Made-up kids fetch the key set no more often than this; nor do requests that come while there are no keys at all. */
    private const COOLDOWN_S = 30;
    private const RETRY_S = 5;
    private const FETCH_DEADLINE_S = 5;
    private const LIMIT_BYTES = 65_536;

    /**
     * @param string $url <portal>/.well-known/jwks.json
     * @param string $folder of the web server's user alone (0700): whoever can write there can name himself; never /tmp
     */
    public function __construct(private readonly string $url, private readonly string $folder)
    {
        if (preg_match('#^(https://|http://127\.0\.0\.1[:/])#', $url) !== 1) {
            throw new \InvalidArgumentException('The key set is fetched over https.');
        }
    }

    /** @return array<string, \OpenSSLAsymmetricKey> */
    public function keysFor(string $kid, int $now): array
    {
        // One process at a time: what another has just fetched serves this one, too.
        $lock = @fopen("$this->folder/gateway-keys.lock", 'c') ?: throw new AssertionRejected('keys-unavailable');
        $held = $this->read();
        if ($this->needsFetch($held, $kid, $now) && flock($lock, LOCK_EX)) {
            $held = $this->read();
            if ($this->needsFetch($held, $kid, $now)) {
                $fetched = $this->fetch();
                $held = $fetched === null
                    ? ['triedAt' => $now] + $held
                    : ['keySet' => $fetched, 'fetchedAt' => $now, 'triedAt' => $now];
                $this->write($held);
            }
        }
        fclose($lock);
        if (!self::isYounger($held['fetchedAt'], self::STALE_S, $now)) {
            throw new AssertionRejected('keys-unavailable');
        }
        return self::import($held['keySet']);
    }

    private function needsFetch(array $held, string $kid, int $now): bool
    {
        if (self::isYounger($held['fetchedAt'], self::FRESH_S, $now) && isset(self::import($held['keySet'])[$kid])) {
            return false;
        }
        $pause = self::isYounger($held['fetchedAt'], self::STALE_S, $now) ? self::COOLDOWN_S : self::RETRY_S;
        return !self::isYounger($held['triedAt'], $pause, $now);
    }

    /** What is from the future is of a clock that was ahead: nobody knows how old it is. */
    private static function isYounger(int $since, int $limit, int $now): bool
    {
        return $since <= $now && $now - $since < $limit;
    }

    /** @return array{keySet: string, fetchedAt: int, triedAt: int} */
    private function read(): array
    {
        $held = json_decode((string) @file_get_contents("$this->folder/gateway-keys.json"), true);
        return is_array($held) && isset($held['keySet'], $held['fetchedAt'], $held['triedAt'])
            ? $held
            : ['keySet' => '{"keys":[]}', 'fetchedAt' => 0, 'triedAt' => 0];
    }

    private function write(array $held): void
    {
        // Renamed into place: nobody ever reads half of it.
        $new = "$this->folder/gateway-keys.new";
        if (file_put_contents($new, json_encode($held)) !== false) {
            rename($new, "$this->folder/gateway-keys.json");
        }
    }

    private function fetch(): ?string
    {
        $context = stream_context_create([
            'http' => ['follow_location' => 0, 'timeout' => self::FETCH_DEADLINE_S, 'header' => 'Accept: application/json'],
        ]);
        $body = @file_get_contents($this->url, false, $context, 0, self::LIMIT_BYTES + 1);
        $isOk = preg_match('#^HTTP/[\d.]+ 200\b#', $http_response_header[0] ?? '') === 1;
        if (!$isOk || $body === false || strlen($body) > self::LIMIT_BYTES) {
            return null;
        }
        return is_array(json_decode($body)->keys ?? null) ? $body : null;
    }

    /**
     * The P-256 signature keys by kid; of two named alike the first, and none that is no point of the curve.
     *
     * @return array<string, \OpenSSLAsymmetricKey>
     */
    public static function import(string $keySet): array
    {
        $keys = [];
        foreach (json_decode($keySet, true)['keys'] ?? [] as $jwk) {
            $isFit = is_array($jwk) && ($jwk['kty'] ?? null) === 'EC' && ($jwk['crv'] ?? null) === 'P-256'
                && ($jwk['use'] ?? 'sig') === 'sig' && ($jwk['alg'] ?? 'ES256') === 'ES256';
            if (!$isFit || !is_string($jwk['kid'] ?? null) || isset($keys[$jwk['kid']])) {
                continue;
            }
            $point = '';
            foreach ([$jwk['x'] ?? null, $jwk['y'] ?? null] as $coordinate) {
                if (is_string($coordinate) && preg_match('/^[A-Za-z0-9_-]{43}$/D', $coordinate) === 1) {
                    $point .= base64_decode(strtr($coordinate, '-_', '+/'), true);
                }
            }
            // SubjectPublicKeyInfo of an uncompressed point on P-256 (RFC 5480); OpenSSL refuses one off the curve.
            $info = hex2bin('3059301306072a8648ce3d020106082a8648ce3d03010703420004') . $point;
            $key = strlen($point) === 64
                ? openssl_pkey_get_public("-----BEGIN PUBLIC KEY-----\n" . base64_encode($info) . "\n-----END PUBLIC KEY-----\n")
                : false;
            if ($key !== false) {
                $keys[$jwk['kid']] = $key;
            }
        }
        return $keys;
    }
}

/** For tests: judges lines of {id, jwks, issuer, audience, now, assertion}, answers each with {id, ok, …}. */
if (PHP_SAPI === 'cli' && realpath($argv[0]) === __FILE__) {
    while (($line = fgets(STDIN)) !== false) {
        $asked = json_decode($line);
        $keys = is_string($asked->jwks) ? new KeySet($asked->jwks, $argv[1]) : KeySet::import(json_encode($asked->jwks));
        $verifier = new AssertionVerifier($asked->issuer, $asked->audience, $keys, clock: fn () => $asked->now);
        try {
            $who = $verifier->verify($asked->assertion);
            $answer = ['ok' => true, 'subject' => $who->subject, 'name' => $who->name, 'roles' => $who->roles, 'unit' => $who->unit,
                'assurance' => $who->assurance, 'expiresAt' => $who->expiresAt, 'case' => $who->caseNumber];
        } catch (AssertionRejected $rejected) {
            $answer = ['ok' => false, 'code' => $rejected->getMessage()];
        }
        echo json_encode(['id' => $asked->id] + $answer), "\n";
    }
}
