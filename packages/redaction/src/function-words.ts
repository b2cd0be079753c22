// The small words of grammar. They say nothing about what they stand beside, so they stay although their neighbour is
// hidden: "sent to ▇▇▇▇ for the ▇▇▇▇". Only words without any other common meaning are here; most are prepositions,
// articles, pronouns, conjunctions and forms of to be, to have and to do.
import type { Language } from "./languages.ts";

const WORDS: Readonly<Record<Language, string>> = {
  eng: `a an the and or but nor so yet if then than that this these those there here is are was were be been being am
    has have had having do does did doing done can could shall should would must not no of to in on at by for from with
    without into onto over under between through during before after since until about against as up out off down
    again it its he him his she her hers they them their theirs we us our ours you your yours i me my who whom whose
    which what when where why how all any both each every few more most other some such only own same too very just
    also because while although though once however therefore`,
  deu: `der die das den dem des ein eine einen einem einer eines und oder aber denn sondern wenn dann als dass ob weil
    ist sind war waren sein bin bist wird werden wurde wurden worden hat haben hatte hatten kann können konnte muss
    müssen soll sollen darf dürfen nicht kein keine keinen keiner von vom zu zum zur in im an am auf aus bei beim bis
    durch für gegen mit nach ohne über um unter vor zwischen während seit es er ihn ihm sie ihr ihnen wir uns unser
    unsere du dich dir dein ich mich mir mein meine sich man wer was wo wie wann warum welche welcher welches dieser
    diese dieses diesen diesem jede jeder jedes alle alles auch nur noch schon sehr so hier dort da damit daher`,
  fra: `le la les l un une des du de d et ou mais donc car ni si que qui quoi dont où quand comme est sont était étaient
    être été suis es sera seront a ont avait avoir eu ai as fait ne pas plus à au aux en dans sur sous par pour avec
    sans entre vers chez depuis pendant avant après jusque contre il elle ils elles on nous vous je j tu me m te t se s
    lui leur leurs son sa ses notre nos votre vos mon ma mes ton ta tes ce c cet cette ces cela ça tout tous toute
    toutes aussi très même autre autres chaque quelque quelques y`,
  spa: `el la los las lo un una unos unas del de al a y e o u pero sino si que quien quienes cual cuales cuyo donde
    cuando como es son era eran ser sido soy eres fue fueron está están estar ha han había haber hay no ni en con sin
    por para sobre bajo entre hacia hasta desde durante contra según tras él ella ellos ellas nosotros usted ustedes yo
    tú me te se le les nos su sus mi mis tu tus nuestro nuestra este esta estos estas ese esa esos esas esto eso todo
    toda todos todas también muy más menos otro otra otros otras cada`,
  por: `o a os as um uma uns umas de do da dos das em no na nos nas por pelo pela pelos pelas para com sem sob sobre
    entre até desde durante contra e ou mas se que quem qual quais cujo onde quando como é são era eram ser sido sou foi
    foram está estão estar tem têm tinha ter há não nem ao à aos às ele ela eles elas nós você vocês eu tu me te lhe
    lhes seu sua seus suas meu minha nosso nossa este esta estes estas esse essa isso isto aquele aquela todo toda
    todos todas também muito mais menos outro outra outros outras cada já`,
};

export const functionWords = (languages: readonly Language[]): ReadonlySet<string> =>
  new Set(languages.flatMap((language) => WORDS[language].split(/\s+/)));
