/** Hashes of a full tile, and entries of a full bundle. */
export const tileWidth = 256;
/** A tile is a subtree of this height over its hashes. */
export const tileHeight = 8;

/** A tile or a bundle as its address names it. */
export interface TileAddress {
  /** 0 to 63, or the entries themselves. */
  readonly level: number | 'entries';
  readonly index: number;
  /** 1 to 256; below that it is partial. */
  readonly width: number;
}

const addressPattern = /^(entries|0|[1-9]\d?)\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;
const maximumLevel = 63;
const digitsOfElement = 3;

/** `0/x001/234.p/5`: what follows `tile/` in an address (C2SP tlog-tiles). */
export function tilePath({ level, index, width }: TileAddress): string {
  return `${level}/${indexPath(index)}${width === tileWidth ? '' : `.p/${width}`}`;
}

/** The tile that an address names; undefined where it names none. */
export function parseTilePath(path: string): TileAddress | undefined {
  const [, level = '', elements = '', width] = addressPattern.exec(path) ?? [];
  const index = Number(elements.replaceAll(/[x/]/g, ''));
  const address: TileAddress = {
    level: level === 'entries' ? level : Number(level),
    index,
    width: width === undefined ? tileWidth : Number(width),
  };
  const sound =
    level !== '' &&
    Number.isSafeInteger(index) &&
    indexPath(index) === elements &&
    (address.level === 'entries' || address.level <= maximumLevel) &&
    (width === undefined || address.width < tileWidth);
  return sound ? address : undefined;
}

/** 1234067 as `x001/x234/067`. */
function indexPath(index: number): string {
  const digits = index.toString();
  const padded = digits.padStart(Math.ceil(digits.length / digitsOfElement) * digitsOfElement, '0');
  const elements = padded.match(/\d{3}/g) ?? [];
  return elements.map((element, at) => (at === elements.length - 1 ? element : `x${element}`)).join('/');
}
