package io.ngrokd.kernel.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.lang.management.RuntimeMXBean;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** This process in numbers, and what its threads do. Sizes are bytes, times milliseconds. */
public final class ThisProcess {

    /** A dump is cut there: with a thread for each of very many clients it grows without end. */
    private static final int LONGEST_DUMP = 16 << 20;

    private ThisProcess() {}

    /** Which Java on which system. */
    public static ObjectNode versions() {
        ObjectNode versions = JsonNodeFactory.instance.objectNode();
        for (String property : new String[] {"java.version", "java.vendor", "java.vm.name", "java.vm.version", "java.home", "os.name",
                "os.version",
            "os.arch", "native.encoding"}) {
            versions.put(property.replace('.', '_'), System.getProperty(property, ""));
        }
        return versions.put("processors", Runtime.getRuntime().availableProcessors());
    }

    /** Memory, buffers, collections, threads and open files. */
    public static ObjectNode numbers() {
        ObjectNode numbers = JsonNodeFactory.instance.objectNode();
        RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
        numbers.put("pid", runtime.getPid()).put("uptime", runtime.getUptime());
        Variables.options(runtime.getInputArguments()).forEach(numbers.putArray("java_options")::add);
        numbers.set("heap", usage(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage()));
        numbers.set("beside_heap", usage(ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage()));
        ArrayNode pools = numbers.putArray("pools");
        ManagementFactory.getMemoryPoolMXBeans().forEach(pool ->
                pools.addObject().put("name", pool.getName()).setAll(usage(pool.getUsage())));
        ArrayNode collectors = numbers.putArray("collectors");
        ManagementFactory.getGarbageCollectorMXBeans().forEach(collector -> collectors.addObject().put("name", collector.getName())
                .put("count", collector.getCollectionCount()).put("time", collector.getCollectionTime()));
        ArrayNode buffers = numbers.putArray("buffers");
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).forEach(pool -> buffers.addObject()
                .put("name", "java " + pool.getName())
                .put("count", pool.getCount()).put("used", pool.getMemoryUsed()).put("capacity", pool.getTotalCapacity()));
        buffers.addObject().put("name", "netty pooled").put("used", PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory());
        buffers.addObject().put("name", "netty unpooled").put("used", UnpooledByteBufAllocator.DEFAULT.metric().usedDirectMemory());
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        numbers.putObject("platform_threads").put("now", threads.getThreadCount()).put("peak", threads.getPeakThreadCount())
                .put("started", threads.getTotalStartedThreadCount());
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
            numbers.putObject("open_files").put("now", unix.getOpenFileDescriptorCount()).put("limit", unix.getMaxFileDescriptorCount());
            numbers.put("processor_time", unix.getProcessCpuTime() / 1_000_000);
        }
        return numbers.put("load_average", ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    private static ObjectNode usage(MemoryUsage usage) {
        return JsonNodeFactory.instance.objectNode().put("used", usage.getUsed()).put("committed", usage.getCommitted()).put("max",
                usage.getMax());
    }

    /**
     * What every thread does, virtual ones too. Blocks; writes a file that only this user may read, and removes it.
     *
     * @throws IOException when this Java makes no dump, or it cannot be written
     */
    public static String threads() throws IOException {
        HotSpotDiagnosticMXBean java = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        if (java == null) {
            throw new IOException("this Java makes no dump of its threads");
        }
        Path folder = Files.createTempDirectory("ngrokd-threads-").toAbsolutePath();
        Path dump = folder.resolve("threads");
        try {
            java.dumpThreads(dump.toString(), ThreadDumpFormat.TEXT_PLAIN);
            try (var input = Files.newInputStream(dump)) {
                String text = new String(input.readNBytes(LONGEST_DUMP), StandardCharsets.UTF_8);
                return Files.size(dump) > LONGEST_DUMP ? text + "\n(cut; the whole has " + Files.size(dump) + " bytes)\n" : text;
            }
        } finally {
            Files.deleteIfExists(dump);
            Files.deleteIfExists(folder);
        }
    }
}
