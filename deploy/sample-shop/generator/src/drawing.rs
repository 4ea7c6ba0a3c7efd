//! The pictures: flat front views drawn to the product's real proportions and colours.
//!
//! A [`Sketch`] in a template says what to draw; each submodule draws a family of furniture onto a [`Scene`].

mod beds;
mod canvas;
mod carcass;
mod chairs;
mod decor;
mod desks;
mod fittings;
mod lamps;
mod lounge;
mod racks;
mod stools;
mod tables;

use serde::Deserialize;

use crate::assortment::{Product, Size};
use canvas::{Canvas, Placement, Tone};

/// Where tall furniture stands.
const LOWEST_FLOOR: f64 = 338.0;
const CENTRE: f64 = 200.0;
const WIDEST: f64 = 300.0;
const TALLEST: f64 = 272.0;
/// Pale walls, chosen by design so that the colours of one design hang on the same wall.
const WALLS: [&str; 5] = ["#ebe6dc", "#dfe7e2", "#e1e7ee", "#ecdfd9", "#e4e2ec"];

/// What to draw.
#[derive(Clone, Deserialize)]
#[serde(tag = "shape", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Sketch {
    SwivelChair(chairs::SwivelChair),
    Chair(chairs::Chair),
    Armchair(lounge::Armchair),
    Sofa(lounge::Sofa),
    BarStool(stools::BarStool),
    Ottoman(stools::Ottoman),
    Bench(stools::Bench),
    LooseLegs,
    Bed(beds::Bed),
    Mattress,
    Table(tables::Table),
    Desk(desks::Desk),
    DressingTable(desks::DressingTable),
    Carcass(carcass::Carcass),
    Rack(racks::Rack),
    WallShelves,
    ClothesRack(racks::ClothesRack),
    MonitorArm(fittings::MonitorArm),
    TvMount(fittings::TvMount),
    RoomDivider(fittings::RoomDivider),
    Lamp(lamps::Lamp),
    Planter(decor::Planter),
    Mirror(decor::Mirror),
    Rug(decor::Rug),
}

/// A drawing in progress: the canvas, where the product stands on it and its tones.
pub(crate) struct Scene {
    pub(crate) canvas: Canvas,
    /// The colour that the product is sold in.
    pub(crate) main: Tone,
    /// Legs and frame.
    pub(crate) trim: Tone,
    /// Whether `main` is a wood finish.
    pub(crate) grain: bool,
    pub(crate) left: f64,
    pub(crate) right: f64,
    pub(crate) top: f64,
    pub(crate) floor: f64,
}

impl Scene {
    fn new(product: &Product) -> Self {
        let size = shown_size(product);
        let (width, height) = (f64::from(size.width), f64::from(size.height));
        let scale = (WIDEST / width).min(TALLEST / height);
        let floor = if has_floor(&product.design.draw) {
            // What is low stands further back, or its picture would be mostly wall.
            LOWEST_FLOOR - (TALLEST - height * scale) * 0.24
        } else {
            200.0 + height * scale / 2.0
        };
        let colour = product.colours.first();
        Self {
            canvas: Canvas::default(),
            main: Tone::from_hex(colour.map_or("#999999", |colour| &colour.hex)),
            trim: Tone::from_hex(&product.trim.hex),
            grain: colour.is_some_and(|colour| colour.grain),
            left: CENTRE - width * scale / 2.0,
            right: CENTRE + width * scale / 2.0,
            top: floor - height * scale,
            floor,
        }
    }

    pub(crate) fn width(&self) -> f64 {
        self.right - self.left
    }

    pub(crate) fn height(&self) -> f64 {
        self.floor - self.top
    }

    /// x at this share of the width, 0 at the left.
    pub(crate) fn x(&self, share: f64) -> f64 {
        self.left + self.width() * share
    }

    /// y at this share of the height, 0 at the floor.
    pub(crate) fn y(&self, share: f64) -> f64 {
        self.floor - self.height() * share
    }

    /// A board or panel: a rectangle with a few lines of grain when the finish is wood.
    pub(crate) fn panel(&mut self, area: [f64; 4], r: f64, tone: Tone) {
        self.canvas.rect(area, r, tone);
        let [x, y, w, h] = area;
        if !self.grain || w < 24.0 || h < 14.0 {
            return;
        }
        let grain = tone.darker(0.08);
        for (place, start, length) in [(0.3, 0.08, 0.5), (0.62, 0.4, 0.52)] {
            let (from, to) = (x + w * start, x + w * (start + length));
            let line = y + h * place;
            let d = canvas::outline!("M{} {}Q{} {} {} {}", from, line, (from + to) / 2.0, line - h * 0.06, to, line);
            self.canvas.stroke(&d, grain, 1.2);
        }
    }

    /// A leg that narrows from `top` to the floor.
    pub(crate) fn tapered_leg(&mut self, top_x: f64, top_y: f64, foot_x: f64, thickness: f64, tone: Tone) {
        let (half, foot) = (thickness / 2.0, thickness / 3.2);
        let d = canvas::outline!(
            "M{} {}H{}L{} {}H{}z",
            top_x - half,
            top_y,
            top_x + half,
            foot_x + foot,
            self.floor,
            foot_x - foot
        );
        self.canvas.path(&d, tone);
    }

    /// A castor whose wheel touches the floor.
    pub(crate) fn castor(&mut self, x: f64, r: f64) {
        self.canvas.circle(x, self.floor - r, r, Tone::INK);
        self.canvas.circle(x, self.floor - r, r * 0.4, Tone::METAL);
    }
}

/// Draws the product's picture, an SVG document.
pub(crate) fn draw(product: &Product) -> String {
    let mut scene = Scene::new(product);
    let seats = product.seats.unwrap_or(2);
    match &product.design.draw {
        Sketch::SwivelChair(chair) => chair.draw(&mut scene),
        Sketch::Chair(chair) => chair.draw(&mut scene),
        Sketch::Armchair(chair) => chair.draw(&mut scene),
        Sketch::Sofa(sofa) => sofa.draw(&mut scene, seats),
        Sketch::BarStool(stool) => stool.draw(&mut scene),
        Sketch::Ottoman(ottoman) => ottoman.draw(&mut scene),
        Sketch::Bench(bench) => bench.draw(&mut scene),
        Sketch::LooseLegs => stools::draw_loose_legs(&mut scene),
        Sketch::Bed(bed) => bed.draw(&mut scene),
        Sketch::Mattress => beds::draw_mattress(&mut scene),
        Sketch::Table(table) => table.draw(&mut scene),
        Sketch::Desk(desk) => desk.draw(&mut scene),
        Sketch::DressingTable(table) => table.draw(&mut scene),
        Sketch::Carcass(carcass) => carcass.draw(&mut scene),
        Sketch::Rack(rack) => rack.draw(&mut scene),
        Sketch::WallShelves => racks::draw_wall_shelves(&mut scene),
        Sketch::ClothesRack(rack) => rack.draw(&mut scene),
        Sketch::MonitorArm(arm) => arm.draw(&mut scene),
        Sketch::TvMount(mount) => mount.draw(&mut scene),
        Sketch::RoomDivider(divider) => divider.draw(&mut scene),
        Sketch::Lamp(lamp) => lamp.draw(&mut scene),
        Sketch::Planter(planter) => planter.draw(&mut scene),
        Sketch::Mirror(mirror) => mirror.draw(&mut scene),
        Sketch::Rug(rug) => rug.draw(&mut scene),
    }
    let floor = has_floor(&product.design.draw).then(|| (scene.floor, scene.width() * 0.52));
    scene.canvas.finish(wall(product), floor, grouping(product))
}

/// Chairs and stools of a set stand side by side.
const SIDE_BY_SIDE: [Placement; 2] = [Placement::new(72.0, -14.0, 0.86), Placement::new(-60.0, 0.0, 0.92)];
/// Nesting tables stand one before the other.
const NESTING: [Placement; 2] = [Placement::new(-38.0, -8.0, 0.78), Placement::new(72.0, 8.0, 0.58)];

/// How the pieces of a set stand; empty for a single piece.
fn grouping(product: &Product) -> &'static [Placement] {
    match (&product.design.draw, product.design.set) {
        (Sketch::Chair(_) | Sketch::BarStool(_), Some(_)) => &SIDE_BY_SIDE,
        (Sketch::Table(_), Some(_)) => &NESTING,
        _ => &[],
    }
}

/// What hangs on a wall or lies flat is drawn in the middle, without a floor.
fn has_floor(sketch: &Sketch) -> bool {
    match sketch {
        Sketch::WallShelves | Sketch::Rug(_) => false,
        Sketch::TvMount(mount) => mount.stands(),
        Sketch::Mirror(mirror) => mirror.stands(),
        _ => true,
    }
}

/// The size that the picture shows: rugs lie flat, and wall shelves and mounts need room around them.
fn shown_size(product: &Product) -> Size {
    let size = product.size;
    match &product.design.draw {
        Sketch::Rug(_) => Size { width: size.width, height: size.depth, ..size },
        Sketch::WallShelves => Size { height: size.width * 3 / 4, ..size },
        Sketch::TvMount(mount) if !mount.stands() => Size { width: 100, height: 66, ..size },
        Sketch::Desk(desk) => Size { height: desk.shown_height(size.height), ..size },
        _ => size,
    }
}

fn wall(product: &Product) -> Tone {
    let sum: usize = product.design.model.bytes().map(usize::from).sum();
    Tone::from_hex(WALLS[sum % WALLS.len()])
}
