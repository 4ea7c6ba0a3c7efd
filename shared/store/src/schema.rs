use serde::{Deserialize, Serialize};

use crate::{StoreError, keys};

/// Whose data a store holds, and in which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schema {
    /// The owner's name, such as `cart_sync`; also the `store` label of the metrics.
    pub name: &'static str,
    /// Counts changes that older records cannot be read after. A new field with a default is not one.
    pub version: u32,
}

/// The schema as it is written down: in the store, and at the head of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Recorded {
    #[serde(rename = "schema")]
    pub(crate) name: String,
    pub(crate) version: u32,
}

impl Schema {
    pub(crate) fn to_record(self) -> Recorded {
        Recorded { name: self.name.to_owned(), version: self.version }
    }

    /// Whether what was recorded under `found` can be imported. Records of an earlier version are taken as they are: this is the
    /// place to convert them once a version needs it.
    pub(crate) fn check_import(self, found: &Recorded) -> Result<(), StoreError> {
        if found.name != self.name {
            return Err(StoreError::SchemaOther { expected: self.name, found: found.name.clone() });
        }
        if found.version > self.version {
            return Err(StoreError::SchemaNewer { name: self.name, expected: self.version, found: found.version });
        }
        Ok(())
    }

    /// Whether a store that was written under `found` can be opened.
    fn check_open(self, found: &Recorded) -> Result<(), StoreError> {
        self.check_import(found)?;
        if found.version < self.version {
            return Err(StoreError::SchemaOlder { name: self.name, expected: self.version, found: found.version });
        }
        Ok(())
    }
}

/// Checks the schema of an open tree, or records it in a fresh one. The caller makes it durable.
pub(crate) fn check_or_record(tree: &sled::Tree, schema: Schema) -> Result<(), StoreError> {
    if let Some(bytes) = tree.get(keys::SCHEMA)? {
        let found = serde_json::from_slice(&bytes).map_err(|_| StoreError::Damaged("its schema cannot be read"))?;
        return schema.check_open(&found);
    }
    if !tree.is_empty() {
        return Err(StoreError::Damaged("it has records and no schema"));
    }
    let bytes =
        serde_json::to_vec(&schema.to_record()).map_err(|_| StoreError::Damaged("its schema cannot be written"))?;
    tree.insert(keys::SCHEMA, bytes)?;
    Ok(())
}
