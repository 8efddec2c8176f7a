/**
 * Which names are ours, and what is known of each.
 *
 * <p>The rule, from the first that fits:
 * <ol>
 *   <li>An endpoint's exact name is ours: its addresses, no data for every other type. Names below it are <em>not</em>: with an
 *       endpoint {@code example.com} the public {@code www.example.com} stays what it is.
 *   <li>A name of one or more labels before a wildcard's base ({@code *.example.com}) is ours and exists, whatever it is; of several
 *       wildcards the longest answers. The base itself is not ours, but its SOA and NS are, for the names below it are.
 *   <li>The name of one of our fixed addresses in reverse ({@code in-addr.arpa}) is ours.
 *   <li>A name in or below one of {@code zones} that is none of these does not exist (NXDOMAIN); when names of ours are below it, it
 *       exists and has no data.
 *   <li>All others go upstream. When upstream says that a name does not exist and names of ours are below it, it is told that there is
 *       no data: with NXDOMAIN a resolver may take what is below for missing too (RFC 8020).
 * </ol>
 * Only {@code zones} are authoritative for what does not exist. The SOA in an answer without data is that of the zone the name is in,
 * else of the wildcard's base that covers it, else the exact name is a zone of its own. Zones are their own name servers, and nobody
 * is responsible for them ({@code nobody.invalid}), as RFC 6303 has it.
 *
 * <p>{@link io.ngrokd.plugin.dns.server.names.NameIndex} never changes once it is built; looking a name up makes no object and takes
 * as long among ten names as among ten thousand.
 */
package io.ngrokd.plugin.dns.server.names;
