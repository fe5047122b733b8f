import { describe, expect, test } from 'vitest';
import {
  composeCookieRemoval,
  composeSetCookie,
  GATEWAY_COOKIES,
  restrictSetCookie,
  splitCookies,
} from '../../src/http-fields/gateway-cookies.ts';

describe('the Cookie field', () => {
  test.each([
    ['', undefined, undefined, ''],
    ['a=1; b=2', undefined, undefined, 'a=1; b=2'],
    ['__Host-gw=s', 's', undefined, ''],
    ['a=1; __Host-gw=s; b=2', 's', undefined, 'a=1; b=2'],
    ['__Host-gw-trip=t;__Host-gw=s', 's', 't', ''],
    ['__Host-gw=s; __Host-gw=s', undefined, undefined, ''],
    ['__host-gw=s', undefined, undefined, ''],
    ['__Host-gw-portal=p; x=y', undefined, undefined, 'x=y'],
    ['__Host-gwx=1', undefined, undefined, ''],
    ['=__Host-gw=s; b=2', undefined, undefined, 'b=2'],
    ['__Host-gw; b=2', undefined, undefined, 'b=2'],
    ['__Host-gw = s', 's', undefined, ''],
    ['a="x; __Host-gw=s"', 's"', undefined, 'a="x'],
    [';;a=1;;', undefined, undefined, ';;a=1;;'],
    ['__Host-gateway=1', undefined, undefined, '__Host-gateway=1'],
  ])('%s', (field, session, trip, others) => {
    expect(splitCookies(field)).toEqual({ session, trip, others });
  });
});

describe("a system's Set-Cookie", () => {
  test.each([
    ['a=1', 'a=1'],
    ['a=1; Path=/; HttpOnly', 'a=1; Path=/; HttpOnly'],
    ['a=1; Domain=gateway.test', 'a=1'],
    ['a=1; Path=/; DOMAIN = .gateway.test; Secure', 'a=1; Path=/; Secure'],
    ['a=1; Domain', 'a=1'],
    ['a=1;\tDomain=x', 'a=1'],
    ['a=1; Domain=x; Domain=y', 'a=1'],
    ['domain=1; Path=/', 'domain=1; Path=/'],
    ['a=domain; X-Domain=1', 'a=domain; X-Domain=1'],
    ['__Host-gw=x; Path=/; Secure', null],
    ['__HOST-GW-PORTAL=x', null],
    ['__Host-gw-later=x', null],
    [' \t__Host-gw=x', null],
    ['=__Host-gw=x', null],
    ['= __Host-gw=x', null],
    ['__Host-gw', null],
    ['__Host-own=x; Path=/; Secure', '__Host-own=x; Path=/; Secure'],
  ])('%s', (field, restricted) => {
    expect(restrictSetCookie(field)).toBe(restricted);
  });
});

test('our own cookies satisfy what browsers ask of __Host- (RFC 6265bis section 4.1.3.2)', () => {
  for (const field of [composeSetCookie(GATEWAY_COOKIES.session, 'v'), composeCookieRemoval(GATEWAY_COOKIES.trip)]) {
    expect(field).toMatch(/; Path=\/;/);
    expect(field).toMatch(/; Secure;/);
    expect(field).toMatch(/; HttpOnly;/);
    expect(field).not.toMatch(/Domain/i);
    expect(restrictSetCookie(field)).toBeNull();
  }
});
