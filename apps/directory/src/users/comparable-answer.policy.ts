import { foldName } from '@countersign/contracts';

/** Marks of Latin, Greek and Cyrillic letters; those of kana and Indic letters make other letters of them. */
const accents = /[\u0300-\u036f]/g;

/**
 * The form in which answers to questions are compared: people do not remember how they wrote `St. Mary's`. NFKC, case
 * folded, without accents and punctuation, white space as one blank and none around. An answer of nothing but such
 * characters is compared as it folds: else it would be right to answer with any other of them.
 */
export function comparableAnswer(answer: string): string {
  const folded = foldName(answer);
  const bare = folded.normalize('NFKD').replaceAll(accents, '').replaceAll(/\p{P}/gu, '').normalize('NFKC');
  return blanksCollapsed(bare) || blanksCollapsed(folded);
}

function blanksCollapsed(text: string): string {
  return text.replaceAll(/\s+/gu, ' ').trim();
}
