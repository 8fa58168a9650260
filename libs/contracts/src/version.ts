/** The version of the product; a spec holds it against package.json. */
export const productVersion = '0.1.0';
