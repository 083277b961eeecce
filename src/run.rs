//! The loop: inputs through frame, decode, judge and report.
