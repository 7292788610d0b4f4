import { rm } from 'node:fs/promises';
