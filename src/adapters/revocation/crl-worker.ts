import { parentPort, workerData } from 'node:worker_threads';
import { parseCertificate } from '../../pki/certificate.ts';
import { readCrlFile } from './crl-file.ts';
import type { CrlThreadReply, CrlThreadRequest, CrlThreadStart } from './crl-messages.ts';

/*
 * Parses, verifies and indexes CRLs in a thread of its own. What it hands back is sealed; the main thread opens the
 * seal. A fault ends the thread, and the host starts another for the next CRL.
 */

const port = parentPort;
if (port === null) throw new Error('This program is a worker of the gateway.');

// Who starts this worker is crl-thread.ts alone, with a CrlThreadStart.
const { signers, sealingKey } = workerData as CrlThreadStart;
const certificates = signers.map(der => {
  const parsed = parseCertificate(der);
  if (!parsed.ok) throw new Error('A pinned certificate cannot be read again.');
  return parsed.certificate;
});

port.on('message', ({ id, request }: CrlThreadRequest) => {
  const reading = readCrlFile(request, certificates, sealingKey);
  const reply: CrlThreadReply = { id, reading };
  const columns = [...(reading.kind === 'read' ? reading.crls : []), ...reading.before].map(crl => crl.columns);
  port.postMessage(reply, columns);
});
