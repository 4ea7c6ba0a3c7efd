//! Turns templates into products: which colours and materials a design comes in, how big it is, what it costs, what is in stock.

use anyhow::{Context, Result};

use crate::{
    pricing,
    rng::Rng,
    templates::{Colour, Design, Kind, Material, Palette, Range, Side, Templates, VariantAxis},
};

/// A product, before it is written down.
pub(crate) struct Product<'a> {
    /// Place in the catalogue, from 1.
    pub(crate) number: usize,
    pub(crate) kind: &'a Kind,
    pub(crate) design: &'a Design,
    pub(crate) brand: &'a str,
    pub(crate) sku: String,
    /// The colours that it is sold in; the first one is the picture's.
    pub(crate) colours: Vec<&'a Colour>,
    pub(crate) material: &'a Material,
    pub(crate) trim: &'a Colour,
    pub(crate) size: Size,
    pub(crate) weight_kg: u32,
    pub(crate) capacity_kg: Option<u32>,
    pub(crate) seats: Option<u32>,
    pub(crate) bed_sizes: Vec<String>,
    pub(crate) price_cents: Option<i64>,
    pub(crate) was_price_cents: Option<i64>,
    pub(crate) stock: Stock,
    pub(crate) rating: Option<Rating>,
    pub(crate) variants: Vec<Variant>,
    pub(crate) material_sentence: &'a str,
    pub(crate) closing_sentence: &'a str,
}

/// Outer size in cm.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    pub(crate) width: u32,
    pub(crate) depth: u32,
    pub(crate) height: u32,
}

/// What is known of the stock.
#[derive(Clone, Copy)]
pub(crate) enum Stock {
    Unknown,
    None,
    Units(u32),
}

/// Mean of the shoppers' ratings in tenths, and how many there are.
#[derive(Clone, Copy)]
pub(crate) struct Rating {
    pub(crate) tenths: u32,
    pub(crate) count: u32,
}

/// One purchasable variant.
pub(crate) struct Variant {
    pub(crate) sku: String,
    pub(crate) title: String,
    pub(crate) price_cents: Option<i64>,
    pub(crate) colour: Option<String>,
    pub(crate) bed_size: Option<String>,
    pub(crate) width_cm: Option<u32>,
    pub(crate) stock: Stock,
}

/// All products. One of each kind comes first, then the second design of each, so that a shopper who just looks sees the whole range.
pub(crate) fn assemble(templates: &Templates) -> Result<Vec<Product<'_>>> {
    let mut placed = Vec::new();
    for kind in &templates.kinds {
        for (place, design) in kind.designs.iter().enumerate() {
            let rng = Rng::named(&format!("{}/{}", kind.id, design.model));
            let line = Line::new(&templates.palette, kind, design, place, rng);
            let products = line.products().with_context(|| format!("{} {}", kind.id, design.model))?;
            placed.extend(products.into_iter().enumerate().map(|(colour, product)| ((colour, place), product)));
        }
    }
    // A stable sort: within a place the kinds keep the templates' order.
    placed.sort_by_key(|(place, _)| *place);
    let mut products: Vec<Product> = placed.into_iter().map(|(_, product)| product).collect();
    products.iter_mut().zip(1..).for_each(|(product, number)| product.number = number);
    Ok(products)
}

/// A design on its way to becoming products: what all its colours share.
pub(crate) struct Line<'a> {
    palette: &'a Palette,
    kind: &'a Kind,
    design: &'a Design,
    sku_stem: String,
    brand: Option<&'a String>,
    size: Size,
    weight_kg: u32,
    capacity_kg: Option<u32>,
    rng: Rng,
}

impl<'a> Line<'a> {
    /// The design at a place of its kind; `rng` decides what the templates leave open.
    pub(crate) fn new(palette: &'a Palette, kind: &'a Kind, design: &'a Design, place: usize, mut rng: Rng) -> Self {
        let size = size_of(kind, design, &mut rng);
        let weight_kg = rng.between(kind.weight_kg[0], kind.weight_kg[1]);
        let capacity_kg = design.capacity_kg.or(kind.capacity_kg).map(|range| step(range, 5, &mut rng));
        let brand = rng.pick(&kind.brands);
        let sku_stem = format!("{}{:02}", kind.code, place + 1);
        Self { palette, kind, design, sku_stem, brand, size, weight_kg, capacity_kg, rng }
    }

    fn products(mut self) -> Result<Vec<Product<'a>>> {
        let mut colours = self.colours()?;
        while colours.len() > self.design.make && self.design.variants != Some(VariantAxis::Colour) {
            let spare = self.rng.between(0, colours.len() as u32 - 1) as usize;
            colours.remove(spare);
        }
        let groups: Vec<Vec<(&'a str, &'a Colour)>> = match self.design.variants {
            Some(VariantAxis::Colour) => vec![colours],
            _ => colours.into_iter().map(|colour| vec![colour]).collect(),
        };
        groups.iter().map(|group| self.product(group)).collect()
    }

    fn colours(&self) -> Result<Vec<(&'a str, &'a Colour)>> {
        self.design.colours.iter().map(|key| Ok((key.as_str(), self.colour(key)?))).collect()
    }

    fn colour(&self, key: &str) -> Result<&'a Colour> {
        self.palette.colours.get(key).with_context(|| format!("unknown colour {key}"))
    }

    /// The product in these colours.
    pub(crate) fn product(&mut self, colours: &[(&'a str, &'a Colour)]) -> Result<Product<'a>> {
        let (key, colour) = *colours.first().context("no colour")?;
        let material = self.material(key)?;
        let dollars = pricing::asking_price(self.kind.price, self.design.grade, material.factor, self.size_factor());
        let price_cents = (!self.design.on_request).then(|| pricing::price_point(dollars));
        let sku = match self.design.variants {
            Some(VariantAxis::Colour) => self.sku_stem.clone(),
            _ => format!("{}-{}", self.sku_stem, colour.code),
        };
        let sale = price_cents.filter(|_| self.rng.chance(9));
        let colours: Vec<&'a Colour> = colours.iter().map(|(_, colour)| *colour).collect();
        let variants = self.variants(&sku, &colours, dollars)?;
        Ok(Product {
            number: 0,
            kind: self.kind,
            design: self.design,
            brand: self.brand()?,
            colours,
            material,
            trim: self.trim(colour)?,
            size: self.first_size(&variants),
            weight_kg: self.weight_kg,
            capacity_kg: self.capacity_kg,
            seats: self.design.seats.or(self.kind.seats),
            bed_sizes: self.bed_sizes()?,
            was_price_cents: sale.map(|cents| pricing::earlier_price(cents, &mut self.rng)),
            price_cents,
            stock: stock(&mut self.rng),
            rating: rating(&mut self.rng),
            variants,
            material_sentence: self.rng.pick(&material.says).context("no sentence")?,
            closing_sentence: self.rng.pick(&self.kind.closes).context("no closing sentence")?,
            sku,
        })
    }

    fn brand(&self) -> Result<&'a str> {
        let key = self.brand.context("no brand")?;
        Ok(self.palette.brands.get(key).with_context(|| format!("unknown brand {key}"))?)
    }

    /// One of the design's materials that suits the colour.
    fn material(&mut self, colour: &str) -> Result<&'a Material> {
        let all = self
            .design
            .materials
            .iter()
            .map(|key| self.palette.materials.get(key).with_context(|| format!("unknown material {key}")));
        let all: Vec<&'a Material> = all.collect::<Result<_>>()?;
        let takes = |material: &Material| material.takes.as_ref().is_none_or(|t| t.iter().any(|c| c == colour));
        let suitable: Vec<&'a Material> = all.iter().copied().filter(|material| takes(material)).collect();
        let choice = if suitable.is_empty() { &all } else { &suitable };
        self.rng.pick(choice).copied().context("no material")
    }

    /// Colour of legs and frame: as stated, else the wood finish itself, else oak.
    fn trim(&self, colour: &'a Colour) -> Result<&'a Colour> {
        match &self.design.trim {
            Some(key) => self.colour(key),
            None if colour.grain => Ok(colour),
            None => self.colour("oak"),
        }
    }

    /// From 0.94 for the smallest of the kind to 1.06 for the largest.
    fn size_factor(&self) -> f64 {
        let [low, high] = self.design.width.unwrap_or(self.kind.width).map(f64::from);
        if high <= low {
            return 1.0;
        }
        0.94 + 0.12 * (f64::from(self.size.width) - low) / (high - low)
    }

    fn bed_sizes(&self) -> Result<Vec<String>> {
        if self.design.variants != Some(VariantAxis::BedSize) {
            return Ok(self.design.bed_size.iter().cloned().collect());
        }
        let name = |key: &String| Ok(self.bed_size(key)?.name.to_lowercase());
        self.palette.bed.offered.iter().map(name).collect()
    }

    fn bed_size(&self, key: &str) -> Result<&'a crate::templates::BedSize> {
        self.palette.bed.sizes.get(key).with_context(|| format!("unknown bed size {key}"))
    }

    /// A product in several widths states the first one.
    fn first_size(&self, variants: &[Variant]) -> Size {
        let width = variants.first().and_then(|variant| variant.width_cm).unwrap_or(self.size.width);
        Size { width, ..self.size }
    }

    fn variants(&mut self, sku: &str, colours: &[&Colour], dollars: f64) -> Result<Vec<Variant>> {
        match self.design.variants {
            None => Ok(Vec::new()),
            Some(VariantAxis::Colour) => Ok(colours.iter().map(|c| self.colour_variant(sku, c, dollars)).collect()),
            Some(VariantAxis::BedSize) => {
                let keys = &self.palette.bed.offered;
                keys.iter().map(|key| self.bed_variant(sku, key, dollars)).collect()
            }
        }
    }

    fn colour_variant(&mut self, sku: &str, colour: &Colour, dollars: f64) -> Variant {
        Variant {
            sku: format!("{sku}-{}", colour.code),
            title: colour.name.clone(),
            price_cents: Some(pricing::price_point(dollars)),
            colour: Some(colour.name.to_lowercase()),
            bed_size: None,
            width_cm: None,
            stock: stock(&mut self.rng),
        }
    }

    fn bed_variant(&mut self, sku: &str, key: &str, dollars: f64) -> Result<Variant> {
        let size = self.bed_size(key)?;
        let margin = if self.kind.id == "mattress" { 0 } else { self.palette.bed.frame_margin_cm };
        Ok(Variant {
            sku: format!("{sku}-{}", size.code),
            title: size.name.clone(),
            price_cents: Some(pricing::price_point(dollars * size.factor)),
            colour: None,
            bed_size: Some(size.name.to_lowercase()),
            width_cm: Some(size.width_cm + margin),
            stock: stock(&mut self.rng),
        })
    }
}

fn size_of(kind: &Kind, design: &Design, rng: &mut Rng) -> Size {
    let width = centimetres(design.width.unwrap_or(kind.width), rng);
    let depth = centimetres(design.depth.unwrap_or(kind.depth), rng);
    let height = centimetres(design.height.unwrap_or(kind.height), rng);
    match design.square {
        Some(Side::Depth) => Size { width, depth: width, height },
        Some(Side::Height) => Size { width, depth, height: width },
        None => Size { width, depth, height },
    }
}

/// Large ranges are drawn in steps of 5 cm: nobody sells a sofa of 213 cm beside one of 214 cm.
fn centimetres(range: Range, rng: &mut Rng) -> u32 {
    let span = range[1].saturating_sub(range[0]);
    step(range, if span >= 15 { 5 } else { 1 }, rng)
}

/// A multiple of `unit` within the range; its lower end when there is none.
fn step(range: Range, unit: u32, rng: &mut Rng) -> u32 {
    let drawn = rng.between(range[0], range[1]).div_ceil(unit) * unit;
    if drawn <= range[1] { drawn } else { range[0] }
}

fn stock(rng: &mut Rng) -> Stock {
    match rng.between(0, 99) {
        0..10 => Stock::None,
        10..20 => Stock::Unknown,
        20..30 => Stock::Units(rng.between(1, 4)),
        _ => Stock::Units(rng.between(5, 90)),
    }
}

fn rating(rng: &mut Rng) -> Option<Rating> {
    if rng.chance(22) {
        return None;
    }
    Some(Rating { tenths: rng.between(36, 49), count: rng.between(3, 240) })
}
