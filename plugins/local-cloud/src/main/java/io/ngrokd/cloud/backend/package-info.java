/** The built-in sample backends: HTTP with and without TLS, and echoes. They know their endpoints only by name. */
package io.ngrokd.cloud.backend;
