// Keeps other sites out: those that have their own name resolved to this machine, and those that post from their pages.
import type { Request, RequestHandler } from 'express';
import { isForUs } from '../../operator/loopback.js';
import { refusal } from './refusal.js';

const SAFE = ['GET', 'HEAD', 'OPTIONS'];

// A program that is no browser sends neither header, and has no reader's cookies.
function isOwnPage(req: Request): boolean {
  const site = req.get('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin';
  const origin = req.get('origin');
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === req.headers.host);
}

/** Refuses requests for another name than localhost, 127.0.0.1 and `hosts`, and whatever changes something but comes from another site. */
export function guard(hosts: readonly string[]): RequestHandler {
  return (req, res, next) => {
    if (!isForUs(req.headers.host, hosts)) return next(refusal(403, 'This site answers to localhost and 127.0.0.1 only.'));
    if (!SAFE.includes(req.method) && !isOwnPage(req)) return next(refusal(403, 'This request comes from another site.'));
    next();
  };
}
