import { createHash } from 'node:crypto';
import { KEY_SET_MAX_AGE_S } from '../../http-fields/assertion-keys.ts';
import { serveAsset } from '../assets.ts';
import { answerFailure } from '../failure-answer.ts';
import type { PortalHandler } from '../locals.ts';
import type { Portal } from '../portal.ts';

/** `GET /.well-known/jwks.json`: the keys that business systems verify assertions with (RFC 7517). */
export function showKeys(portal: Portal): PortalHandler {
  return (request, response) => {
    const body = JSON.stringify(portal.context.signer.jwks());
    response.setHeader('ETag', `"${createHash('sha256').update(body).digest('base64url')}"`);
    response.setHeader('Cache-Control', `public, max-age=${KEY_SET_MAX_AGE_S}`);
    response.removeHeader('Vary');
    response.type('application/jwk-set+json');
    if (request.fresh) return void response.status(304).end();
    response.send(body);
  };
}

/** `GET /assets/…`: style sheet and scripts. */
export function showAsset(portal: Portal): PortalHandler {
  return (request, response) => {
    const asset = serveAsset(portal.assets, request.path.slice('/assets/'.length));
    if (asset === undefined) {
      answerFailure(portal, request, response, { code: 'not-found' });
      return;
    }
    response.setHeader('ETag', asset.etag);
    response.setHeader('Cache-Control', asset.cacheControl);
    response.removeHeader('Vary');
    // The card host's pages take them from here, and they are anybody's to see.
    response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
    response.type(asset.contentType);
    if (request.fresh) return void response.status(304).end();
    response.send(Buffer.from(asset.body));
  };
}
