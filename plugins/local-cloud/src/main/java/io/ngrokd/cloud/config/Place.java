package io.ngrokd.cloud.config;

/** Where in a file something stands; line and column count from 1, 0 when unknown. */
record Place(String file, int line, int column) {

    @Override
    public String toString() {
        return line > 0 ? file + ":" + line + ":" + column : file;
    }
}
