//! The templates: kinds of furniture with their designs, and the palette that they draw from. All of it is data in `data/`.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::drawing::Sketch;

/// The templates' sources: file name and text.
const KIND_FILES: &[(&str, &str)] = &[
    ("chairs.toml", include_str!("../data/kinds/chairs.toml")),
    ("stools.toml", include_str!("../data/kinds/stools.toml")),
    ("sofas.toml", include_str!("../data/kinds/sofas.toml")),
    ("bedroom.toml", include_str!("../data/kinds/bedroom.toml")),
    ("office.toml", include_str!("../data/kinds/office.toml")),
    ("tables.toml", include_str!("../data/kinds/tables.toml")),
    ("storage.toml", include_str!("../data/kinds/storage.toml")),
    ("living.toml", include_str!("../data/kinds/living.toml")),
];
const PALETTE: &str = include_str!("../data/palette.toml");

/// Least and greatest value, both included.
pub(crate) type Range = [u32; 2];

/// Everything that the generator works from.
pub(crate) struct Templates {
    pub(crate) palette: Palette,
    pub(crate) kinds: Vec<Kind>,
}

/// Brands, colours, materials and bed sizes by their key.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Palette {
    pub(crate) brands: BTreeMap<String, String>,
    pub(crate) colours: BTreeMap<String, Colour>,
    pub(crate) materials: BTreeMap<String, Material>,
    pub(crate) bed: Bed,
}

/// A colour or wood finish.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Colour {
    pub(crate) name: String,
    pub(crate) code: String,
    pub(crate) hex: String,
    #[serde(default)]
    pub(crate) grain: bool,
}

/// What a product is made of.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Material {
    pub(crate) values: Vec<String>,
    pub(crate) factor: f64,
    pub(crate) takes: Option<Vec<String>>,
    pub(crate) says: Vec<String>,
}

/// Bed sizes and which of them a bed in several sizes comes in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bed {
    pub(crate) frame_margin_cm: u32,
    pub(crate) offered: Vec<String>,
    pub(crate) sizes: BTreeMap<String, BedSize>,
}

/// One bed size.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BedSize {
    pub(crate) name: String,
    pub(crate) code: String,
    pub(crate) width_cm: u32,
    pub(crate) factor: f64,
}

/// A kind of furniture: what all its designs have in common.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Kind {
    pub(crate) id: String,
    /// Begins the SKU.
    pub(crate) code: String,
    pub(crate) category: Vec<String>,
    pub(crate) brands: Vec<String>,
    pub(crate) rooms: Vec<String>,
    /// Whole dollars.
    pub(crate) price: Range,
    /// Side to side in cm.
    pub(crate) width: Range,
    /// Front to back in cm.
    pub(crate) depth: Range,
    /// Floor to top in cm.
    pub(crate) height: Range,
    pub(crate) weight_kg: Range,
    pub(crate) capacity_kg: Option<Range>,
    pub(crate) seats: Option<u32>,
    pub(crate) assembly: String,
    pub(crate) warranty_months: u32,
    /// Last sentences of a description, with `{placeholders}`.
    pub(crate) closes: Vec<String>,
    pub(crate) designs: Vec<Design>,
}

/// One design: sold in several colours and perhaps materials. What it states goes before what its kind states.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Design {
    pub(crate) model: String,
    /// Name without model and colour, with `{placeholders}`.
    pub(crate) title: String,
    /// First sentence of the description.
    pub(crate) says: String,
    pub(crate) features: Vec<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) materials: Vec<String>,
    /// Further materials, as the feed states them.
    #[serde(default)]
    pub(crate) frame: Vec<String>,
    pub(crate) colours: Vec<String>,
    /// How many products to make, each in a colour of its own.
    pub(crate) make: usize,
    /// Place in the kind's price range, 0 to 1.
    pub(crate) grade: f64,
    pub(crate) styles: Vec<String>,
    pub(crate) draw: Sketch,
    pub(crate) width: Option<Range>,
    pub(crate) depth: Option<Range>,
    pub(crate) height: Option<Range>,
    pub(crate) capacity_kg: Option<Range>,
    pub(crate) seats: Option<u32>,
    pub(crate) bed_size: Option<String>,
    pub(crate) set: Option<u32>,
    /// Colour of legs and frame in the picture.
    pub(crate) trim: Option<String>,
    /// The side that is as long as the width, for what is round.
    pub(crate) square: Option<Side>,
    /// What the product's variants differ in.
    pub(crate) variants: Option<VariantAxis>,
    /// Sold by quotation, without a price.
    #[serde(default)]
    pub(crate) on_request: bool,
}

/// A side of a piece of furniture, beside its width.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Side {
    Depth,
    Height,
}

/// What variants differ in.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum VariantAxis {
    BedSize,
    Colour,
}

#[derive(Deserialize)]
struct KindFile {
    kinds: Vec<Kind>,
}

/// Reads the templates that are compiled into this crate.
pub(crate) fn load() -> Result<Templates> {
    let palette: Palette = toml::from_str(PALETTE).context("data/palette.toml")?;
    let mut kinds = Vec::new();
    for (name, text) in KIND_FILES {
        let file: KindFile = toml::from_str(text).with_context(|| format!("data/kinds/{name}"))?;
        kinds.extend(file.kinds);
    }
    for kind in &kinds {
        kind.designs.iter().try_for_each(check).with_context(|| kind.id.clone())?;
    }
    Ok(Templates { palette, kinds })
}

fn check(design: &Design) -> Result<()> {
    ensure!(design.make <= design.colours.len(), "{}: more products than colours", design.model);
    ensure!((0.0..=1.0).contains(&design.grade), "{}: grade is not within 0 to 1", design.model);
    Ok(())
}
