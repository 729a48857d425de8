"""Words that describe pictures and name nobody, beside those of the dictionary.

A caption tag is kept in clear only when each of its words is everyday; these lists widen or narrow
what everyday means. Sexual wording is not listed here: the lexicons know it by hash.
"""

from __future__ import annotations

from typing import Final


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Words of tag vocabularies, cameras and styles that the dictionary of everyday words lacks.
TAG_WORDS: Final = _set(
    """
    absurdres highres lowres midres incredibly hdr uhd hd cgi nsfw sfw pov rgb fps res
    anime manga chibi kawaii moe doujin webtoon manhwa artstyle lineart illustrated realism
    photoreal photorealistic photorealism hyperrealistic semirealistic stylized painterly
    photograph photoshoot closeup headshot fullbody upperbody selfie polaroid dslr telephoto
    macro bokeh blurry blurred vignette vignetting chromatic cinematic overexposed underexposed
    oversaturated desaturated backlit backlighting backlight rimlight volumetric subsurface
    octane raytracing raytraced isometric voxel lowpoly pixel pixelated impasto gouache
    fresco pointillism halftone nouveau deco retro gothic goth steampunk cyberpunk dieselpunk
    vaporwave synthwave scifi sci fi noir grayscale greyscale monochrome sepia woodcut linocut
    ukiyo storybook poly semi glitch cel shaded cloned username watermark signature artifacts
    ponytail ponytails twintails twintail pigtail pigtails sidelocks sidelock ahoge bobcut updo
    chignon dreadlocks cornrows undercut mohawk hairband hairbands headband hairclip hairpin
    hairpins scrunchie headwear eyewear facepaint eyeliner eyeshadow mascara lipstick freckles
    heterochromia choker chokers hoodie hoodies leggings miniskirt thighhighs kneehighs
    pantyhose bodysuit leotard swimsuit swimsuits bikini camisole cardigan turtleneck crewneck
    sundress minidress midriff armband armbands wristband gauntlets pauldrons cuirass yukata
    hakama serafuku kimono obi haori cheongsam qipao sari hijab kilt poncho beanie beret fedora
    sneakers stilettos sandals loafers footwear legwear neckwear handwear barefoot sleeveless
    strapless backless multicolored multicoloured iridescent holographic translucent
    bioluminescent sparkling starlit moonlit candlelit candlelight sunbeam dappled rooftop
    skyline cityscape savanna courtyard shipyard alpine airship tatami torii onsen
    furry anthro beastfolk kemonomimi nekomimi elf elves elven oni youkai mecha cyborg humanoid
    quadruped feral fluffy paws muzzle snout koi smartphone headphones headset microphone
    katana chessboard blonde brunette redhead teal aqua beige maroon cosplay cosplayer
    fisheye panorama handheld jpeg savanna
    """
)
#: Given names that are things or qualities first: colours, gems, plants, weather, seasons, animals,
#: places, and words that only rare bearers have for a name.
THINGS: Final = _set(
    """
    amber autumn cherry crystal dawn dusty forest hazel ivory ivy line misty olive raven
    river sky tea tone violet rose lily daisy iris jade ruby pearl opal coral summer winter
    spring sunny ginger holly jasmine sage willow art king queen prince princess gold golden
    silver gray grey brown black white blue green red pink purple orange yellow crimson scarlet
    navy teal turquoise indigo rainy stormy windy snowy cloudy real rim long short young old
    little big small large tiny tall of girl boy man woman male female lady sister brother
    mother father baby child doll maid nurse fox wolf bear lion tiger cat dog bird dragon rabbit
    oak ash bay lake stone rock wood woods moon sun storm rain snow ocean sea sand beach field
    meadow garden flower flowers blossom petal leaf berry apple peach lemon honey sugar candy
    love hope joy happy noble true light dark shadow night day sunset neon robin lark phoenix
    diamond emerald sapphire topaz garnet velvet silk lace cotton denim leather fur gem china
    house castle tower bridge temple church hall gate wall street road city town village park
    hill mountain valley creek marsh page story song harp bell drum fisher baker cook shepherd
    miller mason carpenter major general sergeant marshal bishop monk heaven melody harmony
    royal ranger rider ten the a and in on at to or no with from for one two three ai
    """
)
#: What a picture shows: after a word such as `amber` or `autumn` one of these makes no surname.
SEEN: Final = _set(
    """
    hair eyes eye eyebrows lips skin nails tail ears horns wings fur feathers mane dress coat scarf
    jacket gloves boots hat cape robe sweater kimono hoodie trousers pants shorts shirt skirt blouse
    vest tunic suit cardigan sash cloak armor armour uniform sunglasses glasses earrings necklace
    headphones ribbon crown belt backpack mask bow tie socks shoes jewelry jewel collar choker
    bracelet ring flower flowers petal petals blossom blossoms tree trees leaf leaves grass vine
    background sky light lighting lights glow theme palette tone outfit costume clothes clothing
    street market harbour harbor forest library castle temple bridge valley canyon garden city
    village tower lighthouse station workshop kitchen rooftop alley cathedral lake waterfall
    mountain mountains meadow greenhouse observatory theatre museum cafe vineyard island cave
    glacier savanna swamp courtyard windmill shipyard laboratory arena orchard cliff river delta
    monastery balcony staircase tavern bakery airfield pass beach festival landscape scenery
    lantern teapot airship motorbike violin bookshelf telescope map clockwork robot boat bicycle
    train engine mirror candle fountain statue umbrella piano typewriter camera globe chessboard
    kite balloon radio satellite spaceship submarine anvil loom barrel banner carpet chandelier
    hourglass compass sundial drum flute canoe sled well gate scarecrow beehive mushroom sunflower
    oak bamboo cactus owl horse whale crane dragonfly bird cat dog dragon sword gem art painting
    render shading style sculpture drawing
    """
)
#: Words that say that what stands beside them is somebody.
PERSON_WORDS: Final = _set(
    """
    woman women man men girl boy person people lady guy face actress actor singer celebrity female
    male model
    """
)
#: What stands beside a name in folders and files and is no part of it.
FILE_WORDS: Final = _set(
    """
    girls boys human character char lora locon lycoris loha lokr dora embedding ti version ver test
    final train training data dataset img imgs image images photo photos photograph pic pics
    picture pictures video videos crop cropped sd sdxl pony flux illustrious xl noob noobai sd15
    epoch step steps rank dim fp16 bf16 safetensors 1girl 1boy solo sks ohwx tok token class inst
    instance reg the a of and v
    """
)
#: What names nobody by itself: those, and what else files are made for.
CLASS_WORDS: Final = (
    PERSON_WORDS
    | FILE_WORDS
    | _set("style concept object clothing clothes outfit dress pose background body")
)
#: What single letters may stand beside, so that no initials are kept.
LETTERS: Final = {
    "a": None,
    "t": _set("shirt shirts"),
    "v": _set("sign neck shaped"),
    "x": _set("ray"),
    "e": _set("ukiyo"),
    "u": _set("shaped"),
    "f": None,
    "d": None,
}
#: Frequent given names that are things beside these words.
THINGS_BESIDE: Final = {
    "ray": _set("x tracing traced blu light god"),
    "mark": _set("question exclamation check"),
    "bob": _set("cut hair haircut hairstyle"),
    "angel": _set("wings wing halo fallen"),
    "jean": _set("shorts jacket pants"),
}
