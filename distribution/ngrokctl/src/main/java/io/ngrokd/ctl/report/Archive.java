package io.ngrokd.ctl.report;

import io.ngrokd.ctl.client.CommandFailure;
import io.ngrokd.ctl.client.ExitStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The file that a report is packed into. Only its owner may read it, and nothing is ever overwritten. */
public final class Archive implements AutoCloseable {

    private final Path file;
    private boolean packed;

    private Archive(Path file) {
        this.file = file;
    }

    /**
     * Makes the file, empty yet; {@link #close} removes it again unless something was packed into it.
     *
     * @throws CommandFailure when it is there already or cannot be made
     */
    public static Archive create(Path file) throws CommandFailure {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] attributes = posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))}
                        : new FileAttribute<?>[0];
        try {
            Files.createFile(file, attributes);
            if (!posix) {
                keepForOwner(file);
            }
            return new Archive(file);
        } catch (FileAlreadyExistsException exists) {
            throw new CommandFailure(ExitStatus.ERROR, "There is a file " + file + " already; it stays as it is.",
                    "Name another: --output FILE");
        } catch (AccessDeniedException denied) {
            throw new CommandFailure(ExitStatus.NOT_PERMITTED, "Not permitted to write " + file + ".",
                    "Name a file elsewhere: --output FILE");
        } catch (NoSuchFileException noFolder) {
            throw new CommandFailure(ExitStatus.ERROR, "There is no folder " + file.toAbsolutePath().getParent() + ".",
                    "Name a file elsewhere: --output FILE");
        } catch (IOException unwritable) {
            throw new CommandFailure(ExitStatus.ERROR, file + " cannot be written: " + unwritable.getMessage() + ".",
                    "Name a file elsewhere: --output FILE");
        }
    }

    /** Where a list says who may read it, as on Windows. */
    private static void keepForOwner(Path file) throws IOException {
        AclFileAttributeView view = Files.getFileAttributeView(file, AclFileAttributeView.class);
        if (view != null) {
            view.setAcl(List.of(AclEntry.newBuilder().setType(AclEntryType.ALLOW).setPrincipal(view.getOwner())
                    .setPermissions(EnumSet.allOf(AclEntryPermission.class)).build()));
        }
    }

    /**
     * Packs it.
     *
     * @param folder in which the files are, inside
     */
    public void pack(String folder, List<Findings.Item> items, Instant time) throws CommandFailure {
        try (OutputStream output = Files.newOutputStream(file); ZipOutputStream zip = new ZipOutputStream(output, StandardCharsets.UTF_8)) {
            for (Findings.Item item : items) {
                ZipEntry entry = new ZipEntry(folder + "/" + item.name());
                entry.setLastModifiedTime(FileTime.from(time));
                zip.putNextEntry(entry);
                zip.write(item.content());
                zip.closeEntry();
            }
        } catch (IOException full) {
            throw new CommandFailure(ExitStatus.ERROR, file + " cannot be written: " + full.getMessage() + ".",
                    "Name a file elsewhere: --output FILE");
        }
        packed = true;
    }

    @Override
    public void close() throws IOException {
        if (!packed) {
            Files.deleteIfExists(file);
        }
    }
}
