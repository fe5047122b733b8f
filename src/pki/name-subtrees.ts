import type { GeneralName } from './general-name.ts';

/**
 * How a name lies to a subtree of its own form. `overlaps`: a wildcard of which only some names lie within. `unclear`:
 * the form is not compared here, or one of the two is malformed. Only `within` satisfies a permitted subtree, only
 * `outside` an excluded one.
 */
export type NameRelation = 'within' | 'outside' | 'overlaps' | 'unclear';

/** Labels of letters, digits, hyphen and underscore (hosts in the wild have them), at most 63 each. */
const HOST = /^(?!.{254})[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/;

/** RFC 5280 section 4.2.1.10, one paragraph a form. */
export function nameRelation(name: GeneralName, base: GeneralName): NameRelation {
  switch (name.form) {
    case 'directoryName':
      if (base.form !== 'directoryName') return 'unclear';
      return name.name.isWithin(base.name) ? 'within' : 'outside';
    case 'dNSName':
      return base.form === 'dNSName' ? dnsRelation(lower(name.text), lower(base.text)) : 'unclear';
    case 'rfc822Name':
      return base.form === 'rfc822Name' ? mailRelation(name.text, base.text) : 'unclear';
    case 'uniformResourceIdentifier':
      return base.form === 'uniformResourceIdentifier' ? uriRelation(name.text, base.text) : 'unclear';
    case 'iPAddress':
      return base.form === 'iPAddress' ? addressRelation(name.octets, base.octets) : 'unclear';
    case 'otherName':
    case 'x400Address':
    case 'ediPartyName':
    case 'registeredID':
      return 'unclear';
  }
}

/** A constraint of the DNS, mail or URI form that can be compared; anything else makes the extension malformed. */
export function isComparableBase(base: GeneralName): boolean {
  switch (base.form) {
    case 'dNSName':
      return base.text === '' || HOST.test(lower(base.text));
    case 'rfc822Name': {
      const at = base.text.indexOf('@');
      return at > 0 ? isMailbox(base.text) : isHostOrDomain(lower(base.text));
    }
    case 'uniformResourceIdentifier':
      return isHostOrDomain(lower(base.text));
    case 'directoryName':
    case 'iPAddress':
    case 'otherName':
    case 'x400Address':
    case 'ediPartyName':
    case 'registeredID':
      return true;
  }
}

function isHostOrDomain(text: string): boolean {
  return HOST.test(text.startsWith('.') ? text.slice(1) : text);
}

/** A name is within when labels may be added on the left; the empty base holds every name. */
function dnsRelation(name: string, base: string): NameRelation {
  const isWildcard = name.startsWith('*.');
  const host = isWildcard ? name.slice(2) : name;
  if (!HOST.test(host)) return 'unclear';
  if (base === '' || host === base || host.endsWith(`.${base}`)) return 'within';
  // `*.example.tw` stands for `a.example.tw` too, should that be the base.
  return isWildcard && base.endsWith(`.${host}`) && !base.slice(0, -host.length - 1).includes('.')
    ? 'overlaps'
    : 'outside';
}

/**
 * A base is one mailbox, all mailboxes on one host, or with a leading dot all on hosts below a domain. Local parts keep
 * their case.
 */
function mailRelation(name: string, base: string): NameRelation {
  if (!isMailbox(name)) return 'unclear';
  const at = name.indexOf('@');
  const host = lower(name.slice(at + 1));
  const baseAt = base.indexOf('@');
  if (baseAt < 0) return hostRelation(host, lower(base));
  const isSame = name.slice(0, at) === base.slice(0, baseAt) && host === lower(base.slice(baseAt + 1));
  return isSame ? 'within' : 'outside';
}

/** One unquoted local part and a host; quoted local parts could hide another @ and are not compared. */
function isMailbox(text: string): boolean {
  const at = text.indexOf('@');
  return at > 0 && /^[^\s"@\\()<>,;:[\]]+$/.test(text.slice(0, at)) && HOST.test(lower(text.slice(at + 1)));
}

/** The host of the authority, which must be a name: no authority or an address cannot be compared and is refused. */
function uriRelation(name: string, base: string): NameRelation {
  const host = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/(?:[^/?#@\\\s]*@)?([^/?#@:\\\s]+)(?::[0-9]*)?(?:[/?#]\S*)?$/.exec(
    name,
  )?.[1];
  const folded = host === undefined ? '' : lower(host);
  // A host whose last label is a number is an IPv4 address in some notation.
  if (!HOST.test(folded) || /(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)$/.test(folded)) return 'unclear';
  return hostRelation(folded, lower(base));
}

/** `example.tw` is that host alone, `.example.tw` every host below it. */
function hostRelation(host: string, base: string): NameRelation {
  const isWithin = base.startsWith('.') ? host.endsWith(base) && host.length > base.length : host === base;
  return isWithin ? 'within' : 'outside';
}

/** Address and mask; an address of the other family lies outside. */
function addressRelation(address: Uint8Array, base: Uint8Array): NameRelation {
  if (address.length !== 4 && address.length !== 16) return 'unclear';
  if (base.length !== address.length * 2) return 'outside';
  const isWithin = address.every((octet, i) => {
    const mask = base[address.length + i] ?? 0;
    return (octet & mask) === ((base[i] ?? 0) & mask);
  });
  return isWithin ? 'within' : 'outside';
}

/** ASCII lower case: these forms are IA5Strings. */
function lower(text: string): string {
  return text.toLowerCase();
}
