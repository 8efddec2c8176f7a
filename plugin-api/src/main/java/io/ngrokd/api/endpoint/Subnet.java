package io.ngrokd.api.endpoint;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;

/**
 * A range of addresses in CIDR form (RFC 4632), IPv4 or IPv6.
 *
 * @param network the first address of the range, host bits all zero
 * @param prefixLength leading bits that all its addresses share: 0 to 32, or 0 to 128
 */
public record Subnet(InetAddress network, int prefixLength) {

    public Subnet {
        Objects.requireNonNull(network, "network");
        int bits = network.getAddress().length * 8;
        if (prefixLength < 0 || prefixLength > bits) {
            throw new IllegalArgumentException("prefix length " + prefixLength + " is not in 0 to " + bits);
        }
        if (number(network).mod(BigInteger.TWO.pow(bits - prefixLength)).signum() != 0) {
            throw new IllegalArgumentException(network.getHostAddress() + "/" + prefixLength
                    + " has host bits set; write the first address of the range");
        }
    }

    /**
     * Reads {@code 10.107.0.0/16}. Host bits may be set ({@code 10.107.0.1/16} is the same range), names may not.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    public static Subnet parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("'" + text + "' is no subnet; write it like 10.107.0.0/16");
        }
        try {
            InetAddress address = InetAddress.ofLiteral(text.substring(0, slash));
            int length = Integer.parseInt(text.substring(slash + 1));
            int bits = address.getAddress().length * 8;
            if (length < 0 || length > bits) {
                throw new IllegalArgumentException("'" + text + "' is no subnet; the prefix length goes from 0 to " + bits);
            }
            BigInteger number = number(address);
            BigInteger first = number.subtract(number.mod(BigInteger.TWO.pow(bits - length)));
            return new Subnet(address(first, bits / 8), length);
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException("'" + text + "' is no subnet; write it like 10.107.0.0/16", notANumber);
        } catch (IllegalArgumentException malformed) {
            if (malformed.getMessage().startsWith("'" + text)) {
                throw malformed;
            }
            throw new IllegalArgumentException("'" + text + "' is no subnet; write it like 10.107.0.0/16", malformed);
        }
    }

    /** How many addresses the range has, capped at {@link Long#MAX_VALUE}. */
    public long size() {
        int hostBits = network.getAddress().length * 8 - prefixLength;
        return hostBits >= 63 ? Long.MAX_VALUE : 1L << hostBits;
    }

    /** Whether the address is of the same family and inside the range. */
    public boolean contains(InetAddress address) {
        return sameFamily(address) && offset(address).signum() >= 0
                && offset(address).compareTo(BigInteger.TWO.pow(network.getAddress().length * 8 - prefixLength)) < 0;
    }

    /**
     * The address at an offset from the first one.
     *
     * @throws IndexOutOfBoundsException when the range has no such offset
     */
    public InetAddress addressAt(long offset) {
        if (offset < 0 || offset >= size()) {
            throw new IndexOutOfBoundsException("offset " + offset + " in " + this);
        }
        return address(number(network).add(BigInteger.valueOf(offset)), network.getAddress().length);
    }

    /**
     * The offset of an address from the first one.
     *
     * @throws IllegalArgumentException when the address is not in the range
     */
    public long offsetOf(InetAddress address) {
        if (!contains(address)) {
            throw new IllegalArgumentException(address.getHostAddress() + " is not in " + this);
        }
        return offset(address).longValueExact();
    }

    /** Whether the two ranges share an address. */
    public boolean overlaps(Subnet other) {
        return contains(other.network) || other.contains(network);
    }

    @Override
    public String toString() {
        return network.getHostAddress() + "/" + prefixLength;
    }

    private boolean sameFamily(InetAddress address) {
        return address.getAddress().length == network.getAddress().length;
    }

    private BigInteger offset(InetAddress address) {
        return number(address).subtract(number(network));
    }

    private static BigInteger number(InetAddress address) {
        return new BigInteger(1, address.getAddress());
    }

    private static InetAddress address(BigInteger number, int bytes) {
        byte[] raw = new byte[bytes];
        byte[] digits = number.toByteArray();
        int length = Math.min(digits.length, bytes);
        System.arraycopy(digits, digits.length - length, raw, bytes - length, length);
        try {
            return InetAddress.getByAddress(raw);
        } catch (UnknownHostException wrongLength) {
            throw new IllegalStateException(wrongLength);
        }
    }
}
