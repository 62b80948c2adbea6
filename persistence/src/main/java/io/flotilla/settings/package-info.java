/**
 * How every module reads its block of the configuration. Lies in the lowest module because all of them stand on it; knows none of
 * them, nor any key.
 */
package io.flotilla.settings;
