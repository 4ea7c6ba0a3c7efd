//! The columns of a generation on disk, beside its text index: reading them back is much faster than making them from the products.

use std::{fs, io, io::Write as _, path::Path};

use crate::domain::catalogue::Columns;

const FILE: &str = "columns";

/// Why columns cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ColumnsError {
    /// The disk.
    #[error("the columns cannot be read or written: {0}")]
    Disk(#[from] io::Error),
    /// Not what was written, or written by another version or for other products.
    #[error("the columns are damaged or of another version")]
    Unusable,
}

/// Writes the columns; when this returns, they are there after a power cut, as far as the directory is.
pub(crate) fn write(directory: &Path, columns: &Columns, taxonomy_version: &str) -> Result<(), ColumnsError> {
    let body = postcard::to_allocvec(columns).map_err(io::Error::other)?;
    let mut file = fs::File::create(directory.join(FILE))?;
    file.write_all(head(taxonomy_version).as_bytes())?;
    file.write_all(&crc32fast::hash(&body).to_le_bytes())?;
    file.write_all(&body)?;
    Ok(file.sync_all()?)
}

/// Reads the columns of so many products back.
pub(crate) fn read(directory: &Path, products: usize, taxonomy_version: &str) -> Result<Columns, ColumnsError> {
    let bytes = fs::read(directory.join(FILE))?;
    let rest = bytes.strip_prefix(head(taxonomy_version).as_bytes()).ok_or(ColumnsError::Unusable)?;
    let (checksum, body) = rest.split_first_chunk().ok_or(ColumnsError::Unusable)?;
    if crc32fast::hash(body) != u32::from_le_bytes(*checksum) {
        return Err(ColumnsError::Unusable);
    }
    let mut columns: Columns = postcard::from_bytes(body).map_err(|_| ColumnsError::Unusable)?;
    if columns.len() != products {
        return Err(ColumnsError::Unusable);
    }
    columns.restore();
    Ok(columns)
}

/// Tells columns of this form and taxonomy from others.
fn head(taxonomy_version: &str) -> String {
    format!("easymart columns {} {taxonomy_version}\n", Columns::FORMAT)
}
