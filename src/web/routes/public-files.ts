import { createHash } from 'node:crypto';
import { answerFailure } from '../failure-answer.ts';
import type { PortalHandler } from '../locals.ts';
import type { Portal } from '../portal.ts';

/** `GET /.well-known/jwks.json`: the keys that business systems verify assertions with (RFC 7517). */
export function showKeys(portal: Portal): PortalHandler {
  return (request, response) => {
    const body = JSON.stringify(portal.context.signer.jwks());
    response.setHeader('ETag', `"${createHash('sha256').update(body).digest('base64url')}"`);
    // Five minutes: a new key is published that long before it signs.
    response.setHeader('Cache-Control', 'public, max-age=300');
    response.removeHeader('Vary');
    response.type('application/jwk-set+json');
    if (request.fresh) return void response.status(304).end();
    response.send(body);
  };
}

/**
 * `GET /assets/…`: style sheet and scripts. Below the folder that is named by their digest they never change; by their
 * plain names they are asked for anew each time.
 */
export function showAsset(portal: Portal): PortalHandler {
  return (request, response) => {
    const path = request.path.slice('/assets/'.length);
    const ofThisDigest = `${portal.assets.digest}/`;
    const isImmutable = path.startsWith(ofThisDigest);
    const asset = portal.assets.find(isImmutable ? path.slice(ofThisDigest.length) : path);
    if (asset === undefined) {
      answerFailure(portal, request, response, { code: 'not-found' });
      return;
    }
    response.setHeader('ETag', asset.etag);
    response.setHeader('Cache-Control', isImmutable ? 'public, max-age=31536000, immutable' : 'public, no-cache');
    response.removeHeader('Vary');
    // The card host's pages take them from here, and they are anybody's to see.
    response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
    response.type(asset.contentType);
    if (request.fresh) return void response.status(304).end();
    response.send(Buffer.from(asset.body));
  };
}
