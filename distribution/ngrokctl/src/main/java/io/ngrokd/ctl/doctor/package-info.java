/** What only a program of the user's own sees of a name's way: look-ups, connections and answers from here; and how things stand without a daemon. */
package io.ngrokd.ctl.doctor;
