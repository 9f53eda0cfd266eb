export { imputePieces, type ImputePiece } from './pieces.ts';
