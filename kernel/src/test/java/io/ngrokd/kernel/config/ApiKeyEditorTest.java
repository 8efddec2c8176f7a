package io.ngrokd.kernel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ApiKeyEditorTest {

    static Arguments[] files() {
        return new Arguments[] {
            Arguments.of("", "api:\n  key: \"K\"\n"),
            Arguments.of("# mine\nnet: {}", "# mine\nnet: {}\napi:\n  key: \"K\"\n"),
            Arguments.of("api:\n  url: https://a.example # here\n  key: \"\" # set me\nnet: {}\n",
                    "api:\n  url: https://a.example # here\n  key: \"K\" # set me\nnet: {}\n"),
            Arguments.of("api:\n  key: old\n", "api:\n  key: \"K\"\n"),
            Arguments.of("api:\n  key: 'o''ld'\n", "api:\n  key: \"K\"\n"),
            Arguments.of("api:\n  key:\nnet: {}\n", "api:\n  key: \"K\"\nnet: {}\n"),
            Arguments.of("api:\n    url: https://a.example\n", "api:\n    key: \"K\"\n    url: https://a.example\n"),
            Arguments.of("api: {url: 'https://a.example'}\n", "api: {key: \"K\", url: 'https://a.example'}\n"),
            Arguments.of("api:\nnet: {}\n", "api:\n  key: \"K\"\nnet: {}\n"),
            Arguments.of("# \ud83d\ude00\ud83d\ude00 smile\napi:\n  key: old # mine\n", "# \ud83d\ude00\ud83d\ude00 smile\napi:\n  key: \"K\" # mine\n"),
            Arguments.of("api: ~\nnet: {}\n", "api:\n  key: \"K\"\nnet: {}\n"),
            Arguments.of("api: {} # empty\n", "api:\n  key: \"K\" # empty\n"),
        };
    }

    @ParameterizedTest
    @MethodSource("files")
    void onlyTheKeyChanges(String before, String after) throws ConfigException {
        assertEquals(after, ApiKeyEditor.setKey("config.yml", before, "K"));
        assertEquals("K", new ConfigReader(Map.of()).read("config.yml", after).api().key());
    }
}
