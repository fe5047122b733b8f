import type { GatewayFile } from './gateway-file.ts';

const EVERY_ADDRESS = new Set(['0.0.0.0', '::']);

/** Listeners that would take each other's connections: one port on one address, or on every one. */
export function checkListenAddresses({ listen, forwardAuth }: GatewayFile): string[] {
  const listeners = [
    ...Object.entries(listen).map(([name, one]) => [`listen.${name}`, one] as const),
    ['forwardAuth.listen', forwardAuth?.listen] as const,
  ];
  return listeners.flatMap(([name, one], index) =>
    listeners
      .slice(index + 1)
      .filter(([, other]) => one !== undefined && other !== undefined && overlap(one, other))
      .map(([other]) => `${other}: has the address and port of ${name}`),
  );
}

type Listener = GatewayFile['listen']['public'];

function overlap(one: Listener, other: Listener): boolean {
  if (one.port !== other.port || one.port === 0) return false;
  return [one, other].some(({ address }) => EVERY_ADDRESS.has(address)) || one.address === other.address;
}
