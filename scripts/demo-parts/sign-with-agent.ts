import { z } from 'zod';

const replySchema = z.object({
  ret_code: z.number(),
  last_error: z.number(),
  signature: z.string().optional(),
  certb64: z.string().optional(),
});

/** What the card answered; codes as the HiPKI component gives them. */
export type AgentSignature =
  | { readonly ok: true; readonly signature: string; readonly certificate: string }
  | { readonly ok: false; readonly retCode: number; readonly lastError: number };

/**
 * Asks the card agent for a signature as its popup does.
 *
 * @param agent   origin of the agent, `http://localhost:61161`
 * @param request.pageOrigin the page on whose behalf: the portal's origin
 */
export async function signWithAgent(
  agent: string,
  request: { readonly pageOrigin: string; readonly tbs: string; readonly pin: string },
): Promise<AgentSignature> {
  const popup = await (await fetch(`${agent}/popupForm`)).text();
  const token = /data-token="([^"]+)"/.exec(popup)?.[1];
  if (token === undefined) throw new Error('The card agent gave its popup no token.');
  const tbsPackage = JSON.stringify({
    func: 'MakeSignature',
    signatureType: 'PKCS1',
    hashAlgorithm: 'SHA256',
    tbsEncoding: 'NONE',
    tbs: request.tbs,
    pin: request.pin,
  });
  const answer = await fetch(`${agent}/sign`, {
    method: 'POST',
    headers: { origin: agent, 'popup-token': token, 'page-origin': request.pageOrigin },
    body: new URLSearchParams({ tbsPackage }),
  });
  const reply = replySchema.parse(await answer.json());
  if (reply.ret_code === 0 && reply.signature !== undefined && reply.certb64 !== undefined) {
    return { ok: true, signature: reply.signature, certificate: reply.certb64 };
  }
  return { ok: false, retCode: reply.ret_code, lastError: reply.last_error };
}
