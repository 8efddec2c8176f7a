/** What a terminal is given: tables, blocks of facts, colours, times. Knows no daemon. */
package io.ngrokd.ctl.output;
