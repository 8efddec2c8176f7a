/** Reads and prints JSON with a streaming parser, so that a start costs little. Knows no particular answer. */
package io.ngrokd.ctl.json;
