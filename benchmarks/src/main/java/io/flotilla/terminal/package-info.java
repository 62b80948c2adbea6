/**
 * What commands have to do with who runs them: {@link io.flotilla.terminal.Terminal}, whether somebody watches and how wide the screen
 * is, and {@link io.flotilla.terminal.Interruption}, Ctrl-C.
 */
package io.flotilla.terminal;
