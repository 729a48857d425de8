"""The cues that `real_person` looks for: groups of everyday words behind group codes.

No group holds a name. Words that are not fit to be read are in `adult_terms`, as hashes.
"""

from __future__ import annotations

from typing import Final


def _words(text: str) -> tuple[str, ...]:
    return tuple(part for part in (piece.strip() for piece in text.split("|")) if part)


#: What a hub tag or a trigger word says of the subject; matched as a whole.
TAGS: Final = {
    "real": _words(
        "celebrity|celebrities|celeb|celebs|real person|real people|real woman|real man|real life"
        "|real life person|famous person|famous people|famous|public figure|real girl|irl|likeness"
        "|celebrity likeness|famous woman|famous women|real|star|hollywood|bollywood|真人|明星|名人"
    ),
    "person": _words("person|people|persons|human|faces|face|人物|человек"),
    "actor": _words(
        "actress|actresses|actor|actors|movie star|tv star|film actress|tv actress|film star|演员"
        "|女优|女優|俳優|배우|актриса|актер|актёр|actriz|schauspielerin|schauspieler"
        "|actrice|attrice"
        "|atriz|tv show|movie actress|television|soap opera"
    ),
    "musician": _words(
        "singer|singers|musician|rapper|kpop|k-pop|kpop idol|idol|pop star|popstar|jpop|j-pop|歌手"
        "|가수|아이돌|певица|певец|cantante|sängerin|chanteuse|cantora|girl group"
        "|music|guitarist|dj"
    ),
    "model": _words(
        "model|supermodel|fashion model|models|glamour model|模特|모델|модель|modelo|gravure"
        "|gravure idol|グラビア|instagram model|swimsuit model|playmate|beauty queen|pinup model"
    ),
    "influencer": _words(
        "influencer|instagram|youtuber|youtube|streamer|twitch|tiktok|tiktoker|twitch streamer"
        "|cosplayer|网红|主播|vlogger|blogger|internet celebrity|social media|twitch.tv|блогер"
    ),
    "politician": _words("politician|politics|president|royalty|royal|prime minister|политик|政治"),
    "athlete": _words(
        "athlete|wrestler|wwe|footballer|football player|tennis player|ufc|gymnast|soccer player"
        "|tennis|sports|basketball player|wrestling"
    ),
    "other": _words(
        "writer|author|scientist|historical|historical figure|history|journalist|presenter"
        "|tv presenter|news anchor|newsreader|weather girl|dancer|director|comedian|host"
        "|businesswoman"
    ),
    "fiction": _words(
        "anime|game character|video game|videogame|video games|fictional character|cartoon|manga"
        "|anime character|characters|comic|comics|game|games|fantasy|vtuber|hololive|nijisanji"
        "|visual novel|genshin impact|pokemon|disney|marvel|dc comics|anime girl|anime girls|waifu"
        "|fictional|superhero|webtoon|manhwa|light novel|galgame|oc|original character|mascot"
        "|动漫|游戏|二次元|アニメ|ゲーム|аниме|furry|anthro|creature|monster|robot|mecha|elf|demon"
        "|animal|pony|dragon"
    ),
    "character": _words("character|consistent character|персонаж|角色|キャラクター"),
    "style": _words(
        "style|styles|art style|artstyle|style art|artist|illustration|digital art|painting"
        "|paintings|art|concept art|drawing|sketch|watercolor|digital illustration|2d|3d|2.5d"
        "|semi-realistic|photography style|画风|风格|artistic|retro|pixel art|comic style|3d render"
        "|cgi|logo|poster|pastel|ink|abstract|surreal|psychedelic"
    ),
    "thing": _words(
        "clothing|clothes|outfit|costume|dress|poses|pose|concept|objects|object|background|tool"
        "|landscape|landscapes|architecture|vehicle|vehicles|car|cars|building|buildings|scenery"
        "|uniform|armor|weapon|food|accessories|hairstyle|hair|swimsuit|shoes|action"
        "|lighting|effect|helper|utility|negative|negative embedding|detail|interior|product|brand"
        "|place|location|city|design|machine|slider|expression|makeup|jewelry|scifi|sci-fi|horror"
    ),
    "base": _words(
        "base model|general purpose|merge|checkpoint|mix|model merge|inpainting|vae|all-purpose"
    ),
    "photo": _words(
        "photorealistic|photorealism|realistic|realism|photography|photo|photograph|portrait"
        "|portraits|hyperrealistic|photos|ultra realistic|写实|实拍|写真|реализм|фото"
    ),
    "woman": _words(
        "woman|women|female|girl|girls|girl next door|lady|ladies|1girl|beautiful woman|asian girl"
        "|女性|女人|女孩|美女|женщина|девушка|mujer|frau|femme"
    ),
    "man": _words("man|men|male|boy|guy|1boy|男性|男人|мужчина|hombre|mann|homme"),
    "place": _words(
        "asian|chinese|korean|japanese|american|british|russian|indian|latina|thai|french|german"
        "|italian|spanish|brazilian|european|turkish|polish|ukrainian|vietnamese|filipina|black"
        "|ebony|arab|persian|australian|canadian|swedish|mexican|colombian|taiwanese|malaysian"
    ),
    "looks": _words("beautiful|pretty|cute|blonde|brunette|redhead|beauty|gorgeous|attractive"),
    "adapter": _words(
        "textual inversion|embedding|ti|lora|locon|lycoris|hypernetwork|dreambooth|embeddings"
    ),
}

#: What a name says besides the name itself.
NAME: Final = {
    "style": _words(
        "style|styles|art|artist|artstyle|painting|画风|风格|look|aesthetic|aesthetics|drawing"
        "|illustration|render|watercolor|sketch|inspired|photography|film|comic|cartoon|manga|anime"
        "|toon|pixel|retro|vintage"
    ),
    "merge": _words(
        "mix|merge|model|checkpoint|diffusion|realistic|realism|real|photo|photorealistic|dream"
        "|vision|vae|inpainting|anything|sd|xl|base|finetune|v1|v2|v3|v4|blend|hybrid|pruned"
    ),
    "thing": _words(
        "dress|outfit|costume|hair|pose|poses|background|clothes|clothing|uniform|concept|slider"
        "|helper|negative|lighting|effect|body|bikini|suit|armor|swimsuit|hairstyle|skirt"
        "|shirt|shoes|boots|jacket|world|car|house|room|city|castle|tower|street|machine|watch"
        "|motors"
        "|food|girl|girls|woman|women|man|men|boy|boys|face|eyes|pack|tool|prompt|sword|gun|mask"
        "|衣服|服装|姿势"
    ),
    "fiction": _words(
        "character|cosplay|series|game|anime|manga|genshin|impact|pokemon|fate|vtuber|hololive"
        "|princess|queen|king|knight|witch|demon|elf|dragon|goddess|hero|saga|chronicle|chronicles"
        "|online|tactics|ii|iii|movie|episode|season|fanart|ffxiv|角色|arknights|azur|lane|honkai"
    ),
    "adapter": _words(
        "lora|locon|lycoris|embedding|ti|textual|inversion|embed|hypernetwork|hn|loha|dreambooth"
    ),
    "role": _words(
        "actress|actor|singer|model|streamer|youtuber|celebrity|idol|celeb|musician|politician"
        "|cosplayer|wrestler|athlete|presenter|writer|dancer|instagram|tiktok|twitch|kpop|portrait"
        "|likeness|influencer|president|rapper|演员|歌手|网红|明星|主播|가수|배우|아이돌|歌手|女優"
        "|актриса"
    ),
}

#: What a description says; matched at word borders in the plain lower-case text.
TEXTS: Final = {
    "actor": _words(
        "actress|actresses|actor|movie star|starred in|starring|best known for|film star"
        "|filmography"
        "|hollywood|bollywood|tv series|sitcom|oscar|演员|女優|俳優|배우|актриса|актёр|actriz"
        "|schauspielerin|actrice|attrice|atriz"
    ),
    "musician": _words(
        "singer|songwriter|musician|rapper|kpop|k-pop|girl group|girlgroup|pop star|idol group|band"
        "|歌手|가수|아이돌|певица|cantante|sängerin|chanteuse|cantora|アイドル|boy band|vocalist"
    ),
    "model": _words(
        "supermodel|fashion model|glamour model|model and|playmate|victoria's secret|gravure"
        "|photo model|runway|模特|모델|фотомодель|グラビア|beauty pageant|miss universe"
    ),
    "influencer": _words(
        "influencer|instagram|youtuber|youtube|streamer|twitch|tiktok|tiktoker|cosplayer|vlogger"
        "|网红|主播|facebook|twitter|reddit|internet personality|social media|followers"
        "|patreon model|ig|insta|snapchat|weibo|vk"
    ),
    "politician": _words(
        "politician|president|prime minister|senator|congresswoman|political|royal family|queen of"
        "|duchess|minister|политик|政治家"
    ),
    "athlete": _words(
        "athlete|wrestler|wwe|footballer|tennis player|gymnast|olympic|football player|golfer"
        "|basketball player|swimmer|mma fighter|figure skater|fitness model|bodybuilder"
    ),
    "other": _words(
        "author|writer|scientist|journalist|presenter|tv host|news anchor|newsreader|comedian"
        "|comedienne|dancer|director|businesswoman|entrepreneur|television personality|painter"
        "|philosopher|historical figure|weather presenter|media personality|socialite"
    ),
    "private": _words(
        "my wife|my girlfriend|my friend|a friend|my husband|my face|of myself|myself|my mom"
        "|private person|ex girlfriend|my own face|girl next door|my partner|someone i know|selfies"
    ),
    "real": _words(
        "celebrity|celebrities|celeb|celebs|real person|real people|famous person|public figure"
        "|real life|famous|real woman|real-life|existing person|living person|名人|明星|真人"
    ),
    "likeness": _words(
        "likeness|resemblance|resembles|resemble|resembling|looks like|look like|looking like"
        "|lookalike|look-alike|look alike|looks exactly like|facial features of|face of"
        "|based on a real"
        "|inspired by a real|similar to|reminiscent of|tribute to|portrait of|portraits of|her face"
        "|his face|facial likeness|true likeness|a good likeness|похожа|похож|长得像"
    ),
    "depicts": _words(
        "likeness of|likeness for|her likeness|his likeness|their likeness|true likeness"
        "|good likeness|great likeness|facial likeness|best likeness|likeness is|likeness to"
        "|trained on her|trained on his|trained on their|trained with her|trained on photos of"
        "|trained on pictures of|trained on images of her|trained on images of him"
    ),
    "born": _words(
        "born|born in|born on|years old|year old|née|date of birth|birthday|birthplace|birth name"
        "|nationality|career|married|biography|wikipedia|wiki|imdb|出生|生于"
        "|родилась|geboren|nacida"
        "|known professionally|better known|also known as|stage name|her career|early life"
    ),
    "pictures": _words(
        "her pictures|his pictures|their pictures|her photos|his photos|her images|his images"
        "|pictures of her|photos of her|images of her|photos of him|images of him|pics of her"
        "|photoshoot|photoshoots|her pics|paparazzi|red carpet|headshots|screencaps"
        "|trained on photos"
        "|trained on pictures|photos of|pictures of|real photos|photographs of"
    ),
    "consent": _words(
        "removal|remove this|taken down|take down|take it down|takedown|without consent|consent"
        "|permission|respectful|be respectful|respect|disrespectful|deepfake|deepfakes|defame"
        "|defamatory|ethical|ethically|legal|illegal|impersonate|misuse|harm|offensive|right to"
        "|privacy|responsibility|responsible|please do not|not affiliated|disclaimer|fan art|parody"
        "|request to remove|dmca|commercial purposes|侵权|删除|not intended"
    ),
    "she": _words("she|her|hers|herself|она|她"),
    "he": _words("he|him|his|himself|он|他"),
    "fiction": _words(
        "character from|anime|video game|game character|manga|light novel|visual novel|fictional"
        "|protagonist|heroine|franchise|animated|genshin|nintendo|marvel|dc comics|cartoon|disney"
        "|vtuber|main character|character design|game|games|villain|superhero|waifu|comic|comics"
        "|webtoon|novel|动漫|游戏|角色|キャラクター|アニメ|ゲーム|danbooru|booru|pokemon|costume"
        "|outfit"
        "|outfits|character|characters"
    ),
    "fantasy": _words("elf|demon|dragon|witch|monster|furry|anthro|creature|robot|mecha|warrior"),
    "invented": _words(
        "not a real person|does not exist|doesn't exist|fictional person|imaginary|made up|made-up"
        "|original character|my oc|not based on|no real person|any resemblance|purely coincidental"
        "|coincidental|non-existent|nonexistent|synthetic person|random face|generated faces"
        "|consistent character|blend of|mix of faces|not real|imagined|composite"
    ),
    "style": _words(
        "style|art style|artist|artists|artstyle|painter|illustrator|painting|paintings|watercolor"
        "|in the style of|aesthetic|画风|风格|stylized|illustrations|artwork"
        "|artworks|drawing|drawings"
    ),
    "merge": _words(
        "merge|merged|merging|checkpoint|base model|mix|mixed|block weight|pruned|fp16|baked vae"
        "|fine-tuned|finetuned|general purpose|versatile|inpainting|supermerger|ckpt"
    ),
    "thing": _words(
        "clothing|dress|pose|poses|background|backgrounds|object|concept|lighting|details"
        "|landscape|landscapes|architecture|building|vehicle|car|weapon|armor|hairstyle|negative"
        "|negative embedding|effect|uniform|slider|texture"
    ),
    "adapter": _words(
        "embedding|textual inversion|lora|hypernetwork|trigger word|trigger words|steps|vectors"
        "|vector|weight|strength|token"
    ),
    "photo": _words(
        "photorealistic|realistic|photorealism|photo|photos|realism|photography|photograph|portrait"
        "|portraits|realistic vision|photographs"
    ),
    "woman": _words("woman|girl|female|women|lady|girls|beautiful woman|美女|女孩|女性|девушка"),
    "man": _words("man|male|guy|boy|men|男性|мужчина"),
    "place": _words(
        "american|british|english|korean|japanese|chinese|russian|indian|french|german|italian"
        "|spanish|brazilian|australian|canadian|swedish|mexican|colombian|taiwanese|thai|polish"
        "|ukrainian|turkish|vietnamese|filipino|filipina|norwegian|danish|dutch|israeli|irish"
        "|scottish|argentine|venezuelan|south korean|czech|hungarian|romanian|latina|cuban|persian"
    ),
    "place_holder": _words("[url]|[handle]|[email]"),
    "request": _words("request|requests|requested|commission|commissions|suggestions|by request"),
    "support": _words("patreon|ko-fi|kofi|buy me a coffee|discord|tip|support me|donate|donation"),
}

#: What a prompt of a showcase picture says; matched as a word.
PROMPTS: Final = {
    "photo": _words(
        "photo|photograph|photography|photorealistic|realistic|raw|dslr|nikon|canon|fujifilm|film"
        "|35mm|50mm|85mm|bokeh|skin|pores|portrait|headshot|cinematic|8k|uhd|f/1.8|sony|kodak|leica"
        "|hyperrealistic|closeup|photoshoot|grain|iso|lens"
    ),
    "anime": _words(
        "masterpiece|1girl|1boy|solo|absurdres|highres|anime|bangs|twintails|ahoge|thighhighs|chibi"
        "|illustration|manga|blush|2girls|sidelocks|hair_ornament|serafuku|official|danbooru|hair"
        "|eyes|gloves|hairclip|hairband|choker|ponytail|score_9"
    ),
    "painting": _words(
        "painting|oil|watercolor|artstation|greg|rutkowski|art|artist|concept|digital|drawing"
        "|sketch"
        "|brush|canvas|octane|render|unreal|engine|trending|fantasy|illustrated|3d|cgi|style"
    ),
    "woman": _words("woman|women|female|lady|girl|she|her|wife|actress"),
    "man": _words("man|men|male|guy|he|his|boy|actor"),
    "girl_tag": _words("1girl"),
    "quality": _words("masterpiece"),
    "lora": _words("lora|lyco"),
    "scene": _words(
        "city|street|forest|castle|building|house|room|landscape|mountain|ocean|sky|car|robot|ship"
        "|dragon|armor|sword|cat|dog|temple|tower|spaceship|no_humans|scenery"
    ),
    "wear": _words("dress|suit|shirt|jacket|jeans|sweater|blouse|gown|turtleneck|makeup|necklace"),
}

NEGATIVES: Final = {
    "not_drawn": _words(
        "cartoon|anime|painting|drawing|sketch|illustration|3d|render|cgi|doll|plastic|comic|manga"
    ),
    "booru": _words(
        "worst|lowres|easynegative|bad_prompt|badhandv4|ng_deepnegative_v1_75t|monochrome|username"
    ),
    "not_photo": _words("realistic|photo|photograph|photorealistic"),
}
