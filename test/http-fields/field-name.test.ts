import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldFieldName, isReservedField, treatmentOf } from '../../src/http-fields/field-name.ts';
import { IDENTITY_FIELDS } from '../../src/http-fields/identity-assertion.ts';

describe('what is done with a request field', () => {
  test.each([
    ['X-Gateway-User', 'withhold'],
    ['x_gateway_user', 'withhold'],
    ['X-GATEWAY-', 'withhold'],
    ['X.Gateway.User', 'withhold'],
    ['X-Gateway', 'pass'],
    ['X-Gatewayed', 'pass'],
    ['X-Forwarded-For', 'withhold'],
    ['X_Forwarded_For', 'withhold'],
    ['Forwarded', 'withhold'],
    ['Client-Cert', 'withhold'],
    ['Client-Cert-Chain', 'withhold'],
    ['X-SSL-Client-Cert', 'withhold'],
    ['SSL_CLIENT_S_DN', 'withhold'],
    ['Proxy', 'withhold'],
    ['Remote_User', 'withhold'],
    ['X-HTTP-Method-Override', 'withhold'],
    ['X_Method_Override', 'withhold'],
    ['Client-IP', 'withhold'],
    ['CF-Connecting-IPv6', 'withhold'],
    ['X-MTLS-Cert', 'withhold'],
    ['X-MS-Client-Principal-Name', 'withhold'],
    ['Content_Length', 'withhold'],
    ['Transfer_Encoding', 'withhold'],
    ['Keep-Alive', 'hop-by-hop'],
    ['Proxy-Connection', 'hop-by-hop'],
    ['HTTP2-Settings', 'hop-by-hop'],
    ['Trailer', 'hop-by-hop'],
    ['Host', 'host'],
    ['TE', 'te'],
    ['Content-Type', 'pass'],
    ['Authorization', 'pass'],
    ['X-Requested-With', 'pass'],
    ['X_Own', 'pass'],
    ['constructor', 'pass'],
    ['__proto__', 'pass'],
  ])('%s: %s', (name, treatment) => {
    expect(treatmentOf(name)).toBe(treatment);
  });

  test('every spelling that folds into one of our names is withheld', () => {
    const spelling = fc.constantFrom(...Object.values(IDENTITY_FIELDS)).chain(name =>
      fc
        .array(fc.tuple(fc.boolean(), fc.constantFrom('-', '_', '.', '!', '~')), {
          minLength: name.length,
          maxLength: name.length,
        })
        .map(choices =>
          Array.from(name)
            .map((letter, index) => {
              const [upper, separator] = choices[index] ?? [false, '-'];
              return letter === '-' ? separator : upper ? letter.toUpperCase() : letter.toLowerCase();
            })
            .join(''),
        ),
    );
    fc.assert(fc.property(spelling, name => treatmentOf(name) === 'withhold' && isReservedField(name)));
  });

  test('folding knows nothing but letters and digits', () => {
    expect(foldFieldName('X_Gateway.User~1')).toBe('x-gateway-user-1');
  });
});
