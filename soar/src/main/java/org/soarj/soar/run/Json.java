package org.soarj.soar.run;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/** How a run's files spell values: as Jackson does, but keys in snake_case, and null for NaN and the infinities. */
public final class Json {
    private Json() {}

    /** A mapper that writes records, maps, lists, arrays, numbers and text, and reads records. */
    public static ObjectMapper mapper() {
        SimpleModule finite = new SimpleModule("finite-numbers")
                .addSerializer(Double.class, new DoubleSerializer())
                .addSerializer(Double.TYPE, new DoubleSerializer())
                .addSerializer(Float.class, new FloatSerializer())
                .addSerializer(Float.TYPE, new FloatSerializer())
                .addSerializer(double[].class, new DoublesSerializer())
                .addSerializer(float[].class, new FloatsSerializer());
        return JsonMapper.builder().addModule(finite).propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
    }

    private static void write(double value, JsonGenerator out) {
        if (Double.isFinite(value)) {
            out.writeNumber(value);
        } else {
            out.writeNull();
        }
    }

    private static void write(float value, JsonGenerator out) {
        if (Float.isFinite(value)) {
            out.writeNumber(value);
        } else {
            out.writeNull();
        }
    }

    private static final class DoubleSerializer extends ValueSerializer<Double> {
        @Override
        public void serialize(Double value, JsonGenerator out, SerializationContext context) {
            write(value.doubleValue(), out);
        }
    }

    private static final class FloatSerializer extends ValueSerializer<Float> {
        @Override
        public void serialize(Float value, JsonGenerator out, SerializationContext context) {
            write(value.floatValue(), out);
        }
    }

    private static final class DoublesSerializer extends ValueSerializer<double[]> {
        @Override
        public void serialize(double[] values, JsonGenerator out, SerializationContext context) {
            out.writeStartArray();
            for (double value : values) {
                write(value, out);
            }
            out.writeEndArray();
        }
    }

    private static final class FloatsSerializer extends ValueSerializer<float[]> {
        @Override
        public void serialize(float[] values, JsonGenerator out, SerializationContext context) {
            out.writeStartArray();
            for (float value : values) {
                write(value, out);
            }
            out.writeEndArray();
        }
    }
}
