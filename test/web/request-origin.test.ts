import express, { type Response } from 'express';
import request from 'supertest';
import { expect, test } from 'vitest';
import type { PortalLocals } from '../../src/web/locals.ts';
import { nameRequest, type AddressReader } from '../../src/web/middleware/request-facts.ts';
import { originOf } from '../../src/web/request-origin.ts';

async function recordedAddress(addressOf?: AddressReader): Promise<unknown> {
  const app = express();
  app.use(nameRequest({ randomness: { uuid: () => 'id', bytes: length => Buffer.alloc(length) } }, addressOf));
  app.use((_request, response: Response<unknown, PortalLocals>) => void response.json(originOf(response)));
  const { text } = await request(app).get('/').set('X-Forwarded-For', '198.51.100.1');
  return JSON.parse(text);
}

test('the portal records the address that its listener tells, and the connection’s own unless told another', async () => {
  expect(await recordedAddress(() => '203.0.113.7')).toEqual({ requestId: 'id', clientAddress: '203.0.113.7' });
  expect(await recordedAddress()).toEqual({ requestId: 'id', clientAddress: '127.0.0.1' });
  expect(await recordedAddress(() => undefined)).toEqual({ requestId: 'id', clientAddress: 'unknown' });
});
