#!/usr/bin/env python3
"""Draws the sample data set: a dozen pictures and the questions about them.

Needs Pillow, pyarrow and datasets (Tests/oracle/requirements.txt). Writes
data/train-00000-of-00001.parquet in the layout of data sets published some
years ago (Snappy, image bytes in a dictionary page) and
data/test-00000-of-00001.parquet as `push_to_hub` writes today (image column
plain and uncompressed). The pictures are drawings in the manner of
radiographs; nobody was ever before the machine.
"""

import io
import random
from pathlib import Path

import pyarrow
import pyarrow.parquet
from datasets import Dataset, Features, Image, Value
from PIL import Image as Picture
from PIL import ImageDraw, ImageFilter

DATA = Path(__file__).parent / "data"
FEATURES = Features({"image": Image(), "question": Value("string"), "answer": Value("string")})


def film(size, shade=12, mode="L"):
    picture = Picture.new(mode, size, shade if mode == "L" else (shade,) * 3)
    return picture, ImageDraw.Draw(picture)


def grain(picture, seed, strength=6):
    """Film grain, the same at every run."""
    noise = random.Random(seed)
    pixels = picture.load()
    for y in range(picture.height):
        for x in range(picture.width):
            pixels[x, y] = max(0, min(255, pixels[x, y] + noise.randint(-strength, strength)))
    return picture


def encode(picture, form, **options):
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def jpeg(picture, **options):
    return encode(picture, "JPEG", quality=85, **options)


def chest(size, nodule=None, effusion=False, large_heart=False, seed=1):
    width, height = size
    picture, draw = film(size)
    draw.ellipse((width * .08, height * .02, width * .92, height * 1.1), fill=120)
    for left in .16, .55:
        draw.ellipse((width * left, height * .15, width * (left + .29), height * .8), fill=38)
    draw.rectangle((width * .46, 0, width * .54, height), fill=185)
    heart = .40 if large_heart else .26
    draw.ellipse((width * (.60 - heart), height * .45, width * (.52 + heart / 2), height * .82),
                 fill=165)
    for rib in range(6):
        top = height * (.16 + rib * .1)
        for left in .12, .53:
            draw.arc((width * left, top, width * (left + .35), top + height * .2), 200, 340,
                     fill=150, width=3)
    if effusion:
        draw.polygon([(width * .55, height * .66), (width * .88, height * .58),
                      (width * .88, height * .85), (width * .55, height * .85)], fill=180)
    if nodule:
        x, y = nodule[0] * width, nodule[1] * height
        draw.ellipse((x - 9, y - 9, x + 9, y + 9), fill=210)
    return grain(picture.filter(ImageFilter.GaussianBlur(1.5)), seed)


def head(size, lesion=None, bright=True, shift=0, seed=2):
    width, height = size
    picture, draw = film(size, 4)
    draw.ellipse((width * .08, height * .04, width * .92, height * .96), fill=235)
    draw.ellipse((width * .12, height * .08, width * .88, height * .92), fill=95)
    middle = width * .5 + shift
    draw.line((middle, height * .08, middle, height * .92), fill=140, width=2)
    for side in -1, 1:
        x = middle + side * width * .08
        draw.ellipse((x - width * .05, height * .36, x + width * .05, height * .6), fill=35)
    if lesion:
        x, y, radius = lesion[0] * width, lesion[1] * height, lesion[2] * width
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=205 if bright else 45)
    return grain(picture.filter(ImageFilter.GaussianBlur(1)), seed, 4)


def abdomen(size, stone=False, cyst=False, seed=3):
    width, height = size
    picture, draw = film(size, 2)
    draw.ellipse((width * .04, height * .1, width * .96, height * .92), fill=80)
    draw.ellipse((width * .10, height * .2, width * .55, height * .7), fill=125)
    draw.ellipse((width * .70, height * .28, width * .90, height * .56), fill=115)
    draw.ellipse((width * .42, height * .66, width * .58, height * .86), fill=220)
    for x in .28, .64:
        draw.ellipse((width * x, height * .6, width * (x + .12), height * .8), fill=150)
    if stone:
        draw.ellipse((width * .68, height * .66, width * .72, height * .71), fill=250)
    if cyst:
        draw.ellipse((width * .2, height * .3, width * .33, height * .45), fill=55)
    return grain(picture.filter(ImageFilter.GaussianBlur(1)), seed, 5)


def bone(size, broken=False):
    width, height = size
    picture, draw = film(size, 20)
    draw.rectangle((width * .3, 0, width * .7, height), fill=70)
    draw.rectangle((width * .44, 0, width * .56, height), fill=210)
    draw.rectangle((width * .48, 0, width * .52, height), fill=160)
    if broken:
        draw.line((width * .42, height * .5, width * .58, height * .42), fill=60, width=4)
    return picture.filter(ImageFilter.GaussianBlur(1))


def flow():
    """A colour picture: vessels over grey tissue."""
    picture, draw = film((200, 150), 70, "RGB")
    draw.line([(20, 130), (70, 80), (120, 70), (180, 20)], fill=(200, 30, 30), width=12)
    draw.line([(20, 30), (90, 50), (180, 120)], fill=(30, 60, 200), width=9)
    return picture


def overlay():
    """A picture with a palette: a grey slice with one marked region."""
    picture = Picture.new("P", (128, 128), 0)
    picture.putpalette([0, 0, 0, 90, 90, 90, 160, 160, 160, 255, 220, 0])
    draw = ImageDraw.Draw(picture)
    draw.ellipse((10, 10, 118, 118), fill=1)
    draw.ellipse((30, 35, 60, 95), fill=2)
    draw.ellipse((68, 35, 98, 95), fill=2)
    draw.ellipse((76, 50, 92, 66), fill=3)
    return picture


# The file's name, its bytes, and questions with answers, train and test apart.
SAMPLE = [
    ("chest_0.jpg", jpeg(chest((224, 240))),
     [("is the heart enlarged?", "no"), ("is there a pleural effusion?", "no"),
      ("what organ system is shown?", "chest"), ("which imaging modality is this?", "x-ray"),
      ("are both lungs visible?", "yes")], []),
    ("chest_1.jpg", jpeg(chest((240, 220), nodule=(.28, .36), seed=4)),
     [("is there a nodule in the image?", "yes"),
      ("where is the nodule?", "in the upper part of the lung on the left of the image"),
      ("how many nodules are seen?", "1"), ("is the trachea deviated?", "no")], []),
    ("chest_2.png", encode(chest((200, 216), effusion=True, seed=5), "PNG", optimize=True),
     [("is there a pleural effusion?", "yes"),
      ("on which side of the image is the effusion?", "right"),
      ("is the costophrenic angle blunted?", "Yes"),
      ("what is the white area at the base of the lung?", "pleural effusion")], []),
    ("head_0.jpg", jpeg(head((192, 224))),
     [("is there a midline shift?", "no"), ("is this a sagittal view?", "no"),
      ("what plane is the image in?", "axial"), ("is the skull intact?", "yes")], []),
    ("head_1.jpg", jpeg(head((192, 224), lesion=(.7, .4, .08), seed=6), progressive=True),
     [("is there a hyperdense lesion?", "yes"),
      ("where is the lesion?", "right side of the image, beside the ventricle"),
      ("what is the diameter of the lesion?", "2.5cm"),
      ("is the lesion brighter than the skull?", "no")], []),
    ("abdomen_0.png", encode(abdomen((240, 180)), "PNG", optimize=True),
     [("is the liver on the left of the image?", "yes"), ("is there free air?", "no"),
      ("how many kidneys are seen?", "2")], []),
    ("flow.jpg", jpeg(flow()),
     [("what colour is the artery drawn in?", "red"), ("are the vessels in contact?", "yes"),
      ("what does the blue structure represent?", "a vein (with the flow away from the probe)")],
     [("how many vessels are marked?", "2")]),
    ("overlay.png", encode(overlay(), "PNG"),
     [("what is marked in yellow?", 'the region of interest, "ROI 1"'),
      ("is the marked region in the midline?", "no")], []),
    ("abdomen_1.jpg", jpeg(abdomen((256, 192), stone=True, cyst=True, seed=7)), [],
     [("is there a calcification?", "yes"), ("where is the stone?", "kidney, right of the image"),
      ("is the hypodense area in the liver a cyst?", "yes"), ("what is the density of the cyst?",
                                                               "low (≈ water, 5 ± 3 HU)")]),
    ("chest_3.jpg", jpeg(chest((208, 208), large_heart=True, seed=8)), [],
     [("is the heart enlarged?", "yes"), ("is there cardiomegaly?", "yes"),
      ("are the lungs normal?", "Yes.")]),
    ("head_2.png", encode(head((160, 184), lesion=(.3, .55, .1), bright=False, shift=6, seed=9),
                          "PNG", optimize=True), [],
     [("is there a midline shift?", "yes"), ("is the lesion hypodense?", "yes"),
      ("to which side is the midline shifted?", "to the right of the image")]),
    ("bone.png", encode(bone((96, 256), broken=True), "PNG", optimize=True), [],
     [("is there a fracture?", "yes"), ("is the fracture displaced?", "no")]),
]


def rows(column):
    """One row a question, rounds over the pictures: a picture's questions lie apart."""
    out = []
    for turn in range(max(len(item[column]) for item in SAMPLE)):
        for name, data, *_ in (item for item in SAMPLE if len(item[column]) > turn):
            question, answer = next(i for i in SAMPLE if i[0] == name)[column][turn]
            out.append({"image": {"bytes": data, "path": name}, "question": question,
                        "answer": answer})
    return out


def main():
    DATA.mkdir(exist_ok=True)
    older = Dataset.from_list(rows(2), features=FEATURES)
    pyarrow.parquet.write_table(
        older.data.table, DATA / "train-00000-of-00001.parquet", row_group_size=1000,
        compression="snappy", use_dictionary=True)
    Dataset.from_list(rows(3), features=FEATURES).to_parquet(
        DATA / "test-00000-of-00001.parquet")


if __name__ == "__main__":
    main()
