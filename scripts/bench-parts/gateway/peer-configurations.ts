import type { ProxyTask } from './program.ts';

/** The one host that all contenders serve. */
export const HOST = 'company.gateway.test';

/** wrk sends the name that it dials in its handshake, whatever `Host` it is given. */
export const NAME_DIALLED = 'localhost';

/** What the peers that are no Node programs are told; one cipher for all, the first that the gateway offers. */
interface PeerPlace extends ProxyTask {
  readonly folder: string;
  readonly port: number;
  /** `host:port` of the service that says yes to everything. */
  readonly authority: string;
}

/** A business system that answers 1 KiB and costs little, so that the contenders have the processor. */
export function nginxUpstream(folder: string, port: number): string {
  return nginx(
    folder,
    `server { listen 127.0.0.1:${port}; location / { default_type text/plain; return 200 "${'1'.repeat(1024)}"; } }`,
  );
}

export function nginxAuthRequest({ folder, port, authority, upstream, certificate, key }: PeerPlace): string {
  return nginx(
    folder,
    `upstream system { server ${new URL(upstream).host}; keepalive 64; keepalive_requests 100000000; }
  upstream authority { server ${authority}; keepalive 64; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${certificate}; ssl_certificate_key ${key};
    ssl_protocols TLSv1.3; ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256;
    proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host;
    location / { auth_request /decide; proxy_pass http://system; }
    location = /decide {
      internal; proxy_pass http://authority; proxy_pass_request_body off;
      proxy_set_header Content-Length ""; proxy_set_header X-Original-URL $scheme://$host$request_uri;
    }
  }`,
  );
}

function nginx(folder: string, body: string): string {
  return `pid ${folder}/nginx.pid; error_log ${folder}/error.log; daemon off; worker_processes 1;
events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 100000000; keepalive_timeout 75s;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  ${body}
}`;
}

export function caddyForwardAuth({ port, authority, upstream, certificate, key }: PeerPlace): string {
  return `{
  admin off
  auto_https off
  log {
    level ERROR
  }
  servers {
    protocols h1
  }
}
https://${HOST}:${port}, https://${NAME_DIALLED}:${port} {
  bind 127.0.0.1
  tls ${certificate} ${key}
  forward_auth ${authority} {
    uri /decide
  }
  reverse_proxy ${new URL(upstream).host}
}`;
}

/** A balancer alone: it asks nobody who they are. */
export function haproxy({ port, folder, upstream }: PeerPlace): string {
  return `global
  nbthread 1
  ssl-default-bind-ciphersuites TLS_AES_128_GCM_SHA256
defaults
  mode http
  timeout client 75s
  timeout server 75s
  timeout connect 5s
frontend public
  bind 127.0.0.1:${port} ssl crt ${folder}/both.pem
  default_backend system
backend system
  http-reuse always
  server system ${new URL(upstream).host}
`;
}
