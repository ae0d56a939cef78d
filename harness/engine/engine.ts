import type Docker from 'dockerode';

/** An engine that answered. `host` is in DOCKER_HOST's form, so that a child process finds the same one. */
export interface Engine {
  docker: Docker;
  host: string;
  /** How it was found: DOCKER_HOST, context NAME, default socket, or private. */
  kind: string;
  version: string;
}

/** Where progress of set-up goes, one line each. */
export type Progress = (line: string) => void;
