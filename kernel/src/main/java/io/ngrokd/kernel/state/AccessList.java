package io.ngrokd.kernel.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryFlag;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who may do what with a file where access control lists say so rather than modes, as on Windows. A list that is set here takes the
 * place of what the file would inherit from its folder.
 */
public final class AccessList {

    private static final Set<AclEntryPermission> ALL = EnumSet.allOf(AclEntryPermission.class);
    /** To connect to a socket, which is to write to its file. */
    private static final Set<AclEntryPermission> USE = EnumSet.of(AclEntryPermission.READ_DATA, AclEntryPermission.WRITE_DATA,
            AclEntryPermission.APPEND_DATA, AclEntryPermission.READ_ATTRIBUTES, AclEntryPermission.READ_NAMED_ATTRS,
                    AclEntryPermission.READ_ACL,
            AclEntryPermission.SYNCHRONIZE);
    /** Windows names them in its own language, and Java finds them by name alone: the first that exists counts. */
    private static final List<String> ADMINISTRATORS = List.of("BUILTIN\\Administrators", "Administrators", "Administratoren",
            "Administrateurs",
            "Administradores", "Amministratori", "Administratorer", "Administrat\u00f6rer", "J\u00e4rjestelm\u00e4nvalvojat",
                    "Rendszergazd\u00e1k",
            "\u0410\u0434\u043c\u0438\u043d\u0438\u0441\u0442\u0440\u0430\u0442\u043e\u0440\u044b");
    private static final List<String> SYSTEM = List.of("NT AUTHORITY\\SYSTEM", "SYSTEM", "NT-AUTORIT\u00c4T\\SYSTEM",
            "AUTORITE NT\\Syst\u00e8me", "SISTEMA",
            "\u0421\u0418\u0421\u0422\u0415\u041c\u0410");

    private AccessList() {}

    /** Whether a list says who may use this file; it exists. */
    public static boolean rules(Path file) throws IOException {
        Set<String> views = file.getFileSystem().supportedFileAttributeViews();
        return views.contains("acl") && !views.contains("posix") && Files.getFileStore(file).supportsFileAttributeView("acl");
    }

    /**
     * The owner, this user, administrators and the system may do everything, nobody else anything; in a folder also with what is made
     * there later.
     */
    public static void keepPrivate(Path file) throws IOException {
        set(file, entries(file));
    }

    /**
     * The same, and the members of a group may read and write.
     *
     * @param group nobody more when there is no such group
     */
    public static void share(Path file, String group) throws IOException {
        List<AclEntry> entries = entries(file);
        Optional<UserPrincipal> members = group(file, group);
        members.ifPresent(them -> entries.add(entry(them, USE, Set.of())));
        set(file, entries);
    }

    /** Whether nobody but the owner, this user, administrators and the system may do anything with it. */
    public static boolean isPrivate(Path file) throws IOException {
        Set<UserPrincipal> trusted = trusted(file);
        return view(file).getAcl().stream().filter(entry -> entry.type() == AclEntryType.ALLOW)
                .allMatch(entry -> trusted.contains(entry.principal()));
    }

    private static List<AclEntry> entries(Path file) throws IOException {
        Set<AclEntryFlag> flags = Files.isDirectory(file) ? EnumSet.of(AclEntryFlag.FILE_INHERIT, AclEntryFlag.DIRECTORY_INHERIT)
                : Set.of();
        List<AclEntry> entries = new ArrayList<>();
        trusted(file).forEach(one -> entries.add(entry(one, ALL, flags)));
        return entries;
    }

    /** What an administrator makes is owned by the administrators, so the user is named beside the owner. */
    private static Set<UserPrincipal> trusted(Path file) throws IOException {
        Set<UserPrincipal> trusted = new LinkedHashSet<>();
        trusted.add(Files.getOwner(file));
        user(file, List.of(System.getProperty("user.name"))).ifPresent(trusted::add);
        user(file, ADMINISTRATORS).ifPresent(trusted::add);
        user(file, SYSTEM).ifPresent(trusted::add);
        return trusted;
    }

    private static Optional<UserPrincipal> user(Path file, List<String> names) throws IOException {
        UserPrincipalLookupService accounts = file.getFileSystem().getUserPrincipalLookupService();
        for (String name : names) {
            try {
                return Optional.of(accounts.lookupPrincipalByName(name));
            } catch (UserPrincipalNotFoundException another) {
                continue;
            }
        }
        return Optional.empty();
    }

    private static Optional<UserPrincipal> group(Path file, String name) throws IOException {
        try {
            return Optional.of(file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(name));
        } catch (UserPrincipalNotFoundException none) {
            return Optional.empty();
        }
    }

    private static AclEntry entry(UserPrincipal who, Set<AclEntryPermission> may, Set<AclEntryFlag> flags) {
        return AclEntry.newBuilder().setType(AclEntryType.ALLOW).setPrincipal(who).setPermissions(may).setFlags(flags).build();
    }

    private static void set(Path file, List<AclEntry> entries) throws IOException {
        view(file).setAcl(entries);
    }

    private static AclFileAttributeView view(Path file) {
        return Files.getFileAttributeView(file, AclFileAttributeView.class);
    }
}
