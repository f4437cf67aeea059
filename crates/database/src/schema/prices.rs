//! Tables of prices: what models cost, in versions.

diesel::table! {
    /// Versions of the tables; project 0 is everybody's.
    price_tables (project, version) {
        project -> BigInt,
        version -> BigInt,
        label -> Text,
        source -> Text,
        digest -> Binary,
        added -> BigInt,
        changed -> BigInt,
        unchanged -> BigInt,
        refused -> BigInt,
        imported_at -> BigInt,
        imported_by -> Text,
    }
}

diesel::table! {
    /// Prices as they came, never changed.
    price_rows (project, price_id) {
        project -> BigInt,
        price_id -> Text,
        version -> BigInt,
        model -> Text,
        content -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(price_tables, price_rows);
