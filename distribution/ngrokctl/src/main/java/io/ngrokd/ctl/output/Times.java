package io.ngrokd.ctl.output;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;

/** Points in time and stretches of it, as people say them. */
public final class Times {

    private final Instant now;
    private final ZoneId zone;

    public Times(Instant now, ZoneId zone) {
        this.now = now;
        this.zone = zone;
    }

    /** Reads RFC 3339; empty when it is something else, or Go's "never" (the year 1). */
    public static Optional<Instant> parse(String text) {
        try {
            Instant instant = OffsetDateTime.parse(text).toInstant();
            return instant.getEpochSecond() > 0 ? Optional.of(instant) : Optional.empty();
        } catch (DateTimeException other) {
            return Optional.empty();
        }
    }

    /** "12 s ago", "in 3 min". */
    public String relative(Instant instant) {
        Duration distance = Duration.between(now, instant);
        if (distance.abs().toMillis() < 1000) {
            return "just now";
        }
        return distance.isNegative() ? span(distance.negated()) + " ago" : "in " + span(distance);
    }

    public String since(Instant instant) {
        return span(Duration.between(instant, now));
    }

    public boolean isPast(Instant instant) {
        return instant.isBefore(now);
    }

    /** In the user's own time zone, to the minute, the zone named. */
    public String date(Instant instant) {
        ZonedDateTime local = instant.atZone(zone);
        String offset = local.getOffset().getTotalSeconds() == 0 ? "UTC" : local.getOffset().getId();
        return String.format("%s %02d:%02d %s", local.toLocalDate(), local.getHour(), local.getMinute(), offset);
    }

    /** In the user's own time zone, to the second, as logs have it. */
    public String second(Instant instant) {
        ZonedDateTime local = instant.atZone(zone);
        return String.format("%s %02d:%02d:%02d", local.toLocalDate(), local.getHour(), local.getMinute(), local.getSecond());
    }

    /** The two largest units that are not zero: "45 s", "12 min", "3 h 12 min", "89 d". */
    static String span(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        long minutes = seconds / 60;
        long hours = minutes / 60;
        long days = hours / 24;
        if (minutes == 0) {
            return seconds + " s";
        }
        if (hours == 0) {
            return minutes + " min" + (minutes < 10 && seconds % 60 > 0 ? " " + seconds % 60 + " s" : "");
        }
        if (days == 0) {
            return hours + " h" + (minutes % 60 > 0 ? " " + minutes % 60 + " min" : "");
        }
        return days + " d" + (days < 10 && hours % 24 > 0 ? " " + hours % 24 + " h" : "");
    }
}
