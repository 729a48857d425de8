"""Word lists for prompts, tags and descriptions: everyday words only.

Everything that could name a person, a work or a brand is invented elsewhere (`invented.py`).
"""

from __future__ import annotations

from typing import Final


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


COLOURS: Final = _list(
    "black, white, red, blue, green, brown, golden, silver, grey, purple, pink, orange, teal, "
    "crimson, ivory, navy, olive, turquoise, violet, amber"
)
GARMENTS: Final = _list(
    "dress, coat, scarf, jacket, gloves, boots, hat, cape, robe, sweater, kimono, hoodie, "
    "trousers, shirt, blouse, vest, tunic, suit, raincoat, cardigan, turtleneck, sash, cloak, "
    "armor, uniform jacket, sunglasses, earrings, necklace, headphones, ribbon, crown, belt, "
    "backpack, mask"
)
HAIR: Final = _list("hair, long hair, short hair, braided hair, curly hair, ponytail, bun, fringe")
EYES: Final = _list("blue, green, brown, grey, amber, violet, red, golden, hazel, silver")
GESTURES: Final = _list(
    "smile, looking at viewer, standing, sitting, walking, running, reading, hands in "
    "pockets, arms crossed, holding umbrella, holding lantern, holding book, holding sword, "
    "waving, looking back, looking away, closed mouth, open mouth, laughing, serious, wind, "
    "from above, from below, from side, upper body, full body, cowboy shot, portrait, "
    "close-up, profile, dynamic pose, jumping, leaning, cooking, singing, playing guitar, dancing, "
    "holding cat, drinking tea, pointing, saluting, floating, blush, bangs, jewelry, glasses"
)
ADJECTIVES: Final = _list(
    "ancient, misty, crowded, quiet, sunlit, rainy, snowy, abandoned, futuristic, overgrown, "
    "narrow, vast, neon-lit, flooded, floating, ruined, autumn, moonlit, dusty, frozen, "
    "windy, coastal, volcanic, underground, terraced, gothic, rustic, marble, crystal, "
    "hidden, burning, mossy, golden-hour, stormy, tropical, desert, alpine, foggy, starlit, "
    "painted"
)
PLACES: Final = _list(
    "street, market, harbour, forest, library, castle, temple, bridge, valley, canyon, "
    "garden, city, village, tower, lighthouse, railway station, workshop, kitchen, rooftop, "
    "alley, cathedral, lake, waterfall, mountain pass, meadow, greenhouse, observatory, "
    "theatre, museum, cafe, vineyard, island, cave, glacier, savanna, swamp, courtyard, "
    "windmill, shipyard, laboratory, arena, orchard, cliff, river delta, monastery, balcony, "
    "staircase, tavern, bakery, airfield"
)
LIGHTS: Final = _list(
    "soft lighting, cinematic lighting, rim light, volumetric lighting, golden hour, "
    "backlighting, studio lighting, candlelight, neon lights, moonlight, overcast light, "
    "dappled sunlight, hard shadows, low key, high key, lens flare, bokeh, depth of field, "
    "god rays, blue hour, sunset, dawn, night, starry sky, fog, dramatic lighting, natural "
    "light, window light"
)
QUALITY: Final = _list(
    "masterpiece, best quality, highres, absurdres, 8k, 4k, ultra-detailed, highly detailed, "
    "sharp focus, intricate details, detailed face, detailed eyes, hdr, illustration, "
    "realistic, photorealistic, raw photo, film grain, high quality, ultra high res, "
    "extremely detailed, beautiful, official art, wallpaper, perfect composition, "
    "award-winning, trending, professional, detailed background, simple background, outdoors, "
    "indoors, solo"
)
CAMERA: Final = _list(
    "85mm lens, 50mm lens, 35mm film, wide angle, macro, telephoto, f/1.8, f/2.8, shallow "
    "focus, analog style, skin texture, long exposure, medium format, color grading, "
    "vignette, high dynamic range, tilt-shift, instant film, black and white, muted colors, "
    "vibrant colors, documentary photo, street photography, fashion photography, editorial, "
    "candid, press photo"
)
MEDIA: Final = _list(
    "oil painting, watercolor, ink drawing, gouache, pencil sketch, charcoal, pastel, "
    "woodcut, linocut, fresco, impasto, pointillism, art nouveau, art deco, baroque, ukiyo-e "
    "style, stained glass, collage, low poly, isometric, voxel art, clay render, octane "
    "render, ray tracing, subsurface scattering, matte painting, concept art, line art, cel "
    "shading, flat color, halftone, comic panel, pixel art, poster, storybook, engraving, "
    "mosaic, paper cut"
)
THINGS: Final = _list(
    "lantern, teapot, airship, motorbike, violin, bookshelf, telescope, map, clockwork, "
    "robot, sailing boat, bicycle, train, steam engine, mirror, candle, fountain, statue, "
    "umbrella, piano, typewriter, camera, globe, chessboard, kite, hot air balloon, radio, "
    "satellite, spaceship, submarine, wheelbarrow, anvil, loom, barrel, banner, carpet, "
    "chandelier, hourglass, compass, sundial, drum, flute, canoe, sled, well, gate, "
    "scarecrow, beehive, mushroom, cherry blossoms, sunflower, oak tree, bamboo, ivy, cactus, "
    "owl, fox, horse, whale, crane, dragonfly, koi, raven"
)
ANATOMY_SAFE: Final = _list(
    "fluffy tail, striped fur, spotted fur, long ears, feathered wings, antlers, hooves, "
    "paws, whiskers, scales, horns, snout, mane, talons, beak, crest, fangs, webbed hands, "
    "thick fur, two-tone fur, bushy tail, folded wings, glowing markings, claws, muzzle, fur "
    "collar"
)
#: Words that measures of gender in prompts look for. Prompts with a mature term use only the
#: second group, which names adults.
GENDER_MILD: Final = {
    "women": ("1girl", "1girl", "1girl", "1girl", "woman", "a woman", "girl", "lady"),
    "men": ("1boy", "1boy", "man", "a man", "male", "guy"),
    "both": ("1girl, 1boy", "a man and a woman", "man and woman, couple"),
    "none": ("",),
}
GENDER_ADULT: Final = {
    "women": ("woman", "a woman", "adult woman", "beautiful woman", "women", "female", "lady"),
    "men": ("man", "a man", "adult man", "male", "men"),
    "both": ("a man and a woman", "man, woman", "male, female", "men and women"),
    "none": ("",),
}
NEGATIVE: Final = _list(
    "worst quality, low quality, normal quality, lowres, bad anatomy, bad hands, extra "
    "fingers, missing fingers, fused fingers, extra limbs, missing arms, missing legs, text, "
    "error, cropped, jpeg artifacts, signature, watermark, username, blurry, out of frame, "
    "duplicate, mutated hands, poorly drawn hands, poorly drawn face, mutation, deformed, "
    "ugly, disfigured, gross proportions, malformed limbs, long neck, cross-eyed, bad "
    "proportions, cloned face, extra arms, extra legs, logo, monochrome, grayscale, 3d, "
    "cartoon, painting, sketch, anime, overexposed, underexposed, cgi, render, oversaturated, "
    "bad feet, tilted head, dull, boring, frame, border, glitch, noise, multiple views, "
    "(worst quality:1.4), (low quality:1.4), (bad-hands-5:0.8), EasyNegative, "
    "bad_prompt_version2, ng_deepnegative_v1_75t, verybadimagenegative_v1.3, badhandv4, "
    "grain, banding, chromatic aberration, plastic skin, double image, tiling, poorly lit, "
    "mannequin"
)
MODEL_TAGS: Final = {
    "person": _list(
        "celebrity, woman, actress, person, real person, photorealistic, model, famous"
    ),
    "person_other": _list("woman, photorealistic, portraits, realistic, female, beautiful, face"),
    "character": _list(
        "anime, character, female, game character, video game, anime character, manga, "
        "characters, woman, fantasy, women, cute, illustration"
    ),
    "style": _list(
        "style, art style, artstyle, illustration, digital art, painting, cartoon, comic, "
        "watercolor, 2d, 3d, ink, retro, poster, highly detailed"
    ),
    "artist_style": _list("style, artist, art style, painting, illustration, drawing, artstyle"),
    "concept": _list(
        "concept, tool, poses, detail, lighting, objects, vehicle, effect, background"
    ),
    "clothing": _list("clothing, outfit, fashion, costume, dress, armor, accessories"),
    "place": _list(
        "landscapes, place, architecture, background, city, buildings, scenery, location"
    ),
    "brand": _list("vehicle, car, product, brand, object, machine, design"),
    "checkpoint": _list(
        "base model, photorealistic, realistic, anime, general purpose, semi-realistic, "
        "portraits, fantasy, illustration, photography, 2.5d, merge, landscapes, highly "
        "detailed"
    ),
    "beastfolk": _list("furry, anthro, beastfolk, character, creature, animal, species, fantasy"),
}
SENTENCES: Final = (
    "Trained on {n} images with captions checked by hand.",
    "Works best with a weight of 0.6 to 0.9.",
    "If you like this, leave a review and post your pictures.",
    "Use a high resolution pass and the usual negative prompt.",
    "This version fixes the colours of the last one.",
    "Merged from several of my earlier models.",
    "I made this because nobody else had.",
    "Try clip skip 2 and 25 to 30 steps.",
    "Please credit me when you share your results.",
    "The trigger word is needed only for close views.",
    "Support my work and get new versions early.",
    "Tested with three different base models.",
    "It bleeds a little into backgrounds, lower the weight then.",
    "Requests are open, see my profile.",
    "Not affiliated with anyone. For fun only.",
    "All sample pictures were made without any editing.",
    "Thanks to everyone who helped with testing ❤️",
    "Bitte lest zuerst die Hinweise unten.",
    "推荐权重 0.7 到 0.9。",
    "使用時は重みを下げてください。",
    "Рекомендуемый вес от 0,6 до 0,8.",
    "Recomendado usar con peso bajo.",
)
MERGE_WORDS: Final = _list(
    "Dream, Mix, Real, Vision, Forge, Nova, Aether, Lumen, Pastel, Chrome, Ember, Prism, Velvet, "
    "Orbit, Mirage, Cinder, Marble, Opal, Drift, Echo, Fable, Glimmer, Halo, Ink, Quartz, Saga"
)
EMOJI: Final = ("✨", "🎨", "🔥", "🌸", "⭐", "🐉", "🦊", "💎", "🚗", "🏰")
