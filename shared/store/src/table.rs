use std::marker::PhantomData;

/// A named set of records of one type. Declared once as a constant by the service that owns the records.
///
/// ```
/// use easymart_store::Table;
///
/// const GREETINGS: Table<String> = Table::new("greetings");
/// ```
pub struct Table<T> {
    name: &'static str,
    record: PhantomData<fn() -> T>,
}

impl<T> Table<T> {
    /// A table of that name: 1 to 64 bytes of `a-z`, `0-9` and `_`.
    ///
    /// # Panics
    /// When the name is anything else; for a constant, that is when compiling.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        assert!(is_valid_name(name.as_bytes()), "a table's name is 1 to 64 bytes of a-z, 0-9 and _");
        Self { name, record: PhantomData }
    }

    /// The table's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

/// Whether `name` may name a table. Import checks what it reads by the same rule.
pub(crate) const fn is_valid_name(name: &[u8]) -> bool {
    let mut index = 0;
    while index < name.len() {
        if !matches!(name[index], b'a'..=b'z' | b'0'..=b'9' | b'_') {
            return false;
        }
        index += 1;
    }
    !name.is_empty() && name.len() <= 64
}
