//! The inputs: opened, decompressed, decoded to UTF-8, directories walked. The only place that opens inputs.
