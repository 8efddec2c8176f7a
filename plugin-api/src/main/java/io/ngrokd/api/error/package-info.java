/**
 * How a plugin says that something went wrong: a code to act on, a sentence for the user, and who says it.
 */
package io.ngrokd.api.error;
