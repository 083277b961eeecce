//! What users see.
